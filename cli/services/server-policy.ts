import ipaddr from 'ipaddr.js';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { LeaseTiming } from '../../shared/domain/processing.ts';
import { parseDurationMs } from '../values/parse-duration.ts';
import { parseCount } from '../values/parse-number.ts';
import { parseSizeBytes } from '../values/parse-size.ts';
import { readList, readVariable } from './read-variable.ts';

/** What an operator decides for all projects of a server. */
export interface ServerPolicy {
  /** What holds for projects that don't say otherwise. */
  defaults: { timing: LeaseTiming; freeBytes: number };
  /** A host that was not heard of for longer counts as silent. */
  hostSilentAfterMs: number;
  /** Hosts that a workflow's source may name though they lie in a private network. */
  allowedWorkflowHosts: string[];
  /** What one caller may send to the API, on average over 10 s. */
  requestsPerSecond: number;
  /** Proxies whose `X-Forwarded-For` is believed. */
  trustedProxies: string[];
}

const DEFAULT_TIMING: LeaseTiming = { heartbeatTimeoutMs: 30_000, graceMs: 60_000, killGraceMs: 5_000 };
/** Only what a host itself needs; what datasets need is for their projects to say. */
const DEFAULT_FREE_BYTES = 1024 ** 2;

/** More than a bulk import or a host with many small files sends; an attack with one token stays bearable. */
const DEFAULT_REQUESTS_PER_SECOND = 1000;

/** Several beats of a host. */
const HOST_SILENT_AFTER_MS = 45_000;

/** Reads the policy from the environment. Throws `invalid-input` that names the variable. */
export function readServerPolicy(env: NodeJS.ProcessEnv): ServerPolicy {
  const duration = (name: string, fallbackMs: number) => readVariable(env, name, parseDurationMs) ?? fallbackMs;
  return {
    defaults: {
      timing: {
        heartbeatTimeoutMs: duration('CRUNCH_HEARTBEAT_TIMEOUT', DEFAULT_TIMING.heartbeatTimeoutMs),
        graceMs: duration('CRUNCH_GRACE', DEFAULT_TIMING.graceMs),
        killGraceMs: duration('CRUNCH_KILL_GRACE', DEFAULT_TIMING.killGraceMs),
      },
      freeBytes: readVariable(env, 'CRUNCH_FREE', parseSizeBytes) ?? DEFAULT_FREE_BYTES,
    },
    hostSilentAfterMs: HOST_SILENT_AFTER_MS,
    allowedWorkflowHosts: readList(env, 'CRUNCH_WORKFLOW_HOSTS'),
    requestsPerSecond: readVariable(env, 'CRUNCH_REQUESTS_PER_SECOND', parseCount) ?? DEFAULT_REQUESTS_PER_SECOND,
    trustedProxies: readProxies(env),
  };
}

/** Express's words for the networks of a machine or a site. */
const NAMED_NETWORKS = ['loopback', 'linklocal', 'uniquelocal'];

function readProxies(env: NodeJS.ProcessEnv): string[] {
  const proxies = readList(env, 'CRUNCH_TRUSTED_PROXIES');
  const isNetwork = (it: string) => NAMED_NETWORKS.includes(it) || ipaddr.isValid(it) || ipaddr.isValidCIDR(it);
  const fault = proxies.find((it) => !isNetwork(it));
  if (fault === undefined) return proxies;
  const advice = `Give addresses, networks such as 10.0.0.0/8, or ${NAMED_NETWORKS.join(', ')}.`;
  throw new CrunchError('invalid-input', `CRUNCH_TRUSTED_PROXIES has “${fault}”. ${advice}`);
}

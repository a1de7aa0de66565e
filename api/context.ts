import type { Client as TemporalClient } from '@temporalio/client';
import type { Catalog } from '../catalog/open-catalog.ts';
import type { Logger } from '../platform/logger.ts';
import type { HostConfig } from '../shared/contract/hosts.ts';
import type { ImportLimit } from './import/limit-imports.ts';
import type { StreamLimit } from './events/limit-streams.ts';
import type { Storage } from '../storage/storage.ts';

/** What the API is told about itself and its surroundings. Holds no credentials: hosts see most of it. */
export interface ApiConfig {
  /** Crunch's own version. */
  version: string;
  temporal: HostConfig['temporal'];
  /** Where people look at Temporal's own web UI; null where there is none. */
  temporalUi: string | null;
  /** What hosts are told about the storage. */
  storage: HostConfig['storage'];
  /** The free bytes that a host needs to take a dataset, unless its project says otherwise. */
  freeBytes: number;
  /** A host that was not heard of for longer counts as silent. */
  hostSilentAfterMs: number;
  /** Hosts that a workflow's source may name though they lie in a private network. */
  allowedWorkflowHosts: readonly string[];
  /** What one caller may send, on average over 10 s. */
  requestsPerSecond: number;
  /** Proxies whose `X-Forwarded-For` is believed: addresses or networks such as `10.0.0.0/8`. */
  trustedProxies: string[];
}

/** What every handler gets. */
export interface ApiContext {
  config: ApiConfig;
  catalog: Catalog;
  storage: Storage;
  temporal: TemporalClient;
  logger: Logger;
  /** By which failures to sign in are counted and written down: milliseconds that only grow. The process's own clock when absent. */
  now?: () => number;
  /** Aborted when the server stops: whoever waits for news answers at once. */
  stopping: AbortSignal;
  /** The streams of events that are open. */
  streams: StreamLimit;
  /** The imports that run. */
  imports: ImportLimit;
}

import { InvalidArgumentError } from 'commander';
import { isLoopback } from '../../platform/is-loopback.ts';
import { readTemporalSettings, type TemporalSettings } from '../../platform/temporal-settings.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { readVariable } from './read-variable.ts';

/**
 * Where Temporal is, from the environment. Throws `invalid-input` when this process or hosts reach it over a network
 * without showing it who they are, so that everybody else in that network may control it too; unless whoever runs this
 * says that the network is closed.
 */
export function readGuardedTemporal(env: NodeJS.ProcessEnv): TemporalSettings {
  const settings = readTemporalSettings(env);
  const isAllowed = readVariable(env, 'CRUNCH_OPEN_TEMPORAL', parseAllow) ?? false;
  if (isAllowed || isIdentified(settings)) return settings;
  const addresses = [settings.address, env['CRUNCH_TEMPORAL_FOR_HOSTS'] || settings.address];
  const open = addresses.find((address) => !isLoopback(hostOf(address)));
  if (open === undefined) return settings;
  throw new CrunchError(
    'invalid-input',
    `Temporal at ${open} is reached over a network and asked for nothing but its address, so whoever reaches it may ` +
      'control every dataset and host. Give TEMPORAL_TLS_CLIENT_CERT_PATH with TEMPORAL_TLS_CLIENT_KEY_PATH, or ' +
      'TEMPORAL_API_KEY. Where the network itself lets in nobody else, set CRUNCH_OPEN_TEMPORAL=allow.',
  );
}

/** Whether Temporal is shown something that others don't have. TLS alone only says who the server is. */
function isIdentified({ tls, apiKey, metadata }: TemporalSettings): boolean {
  const certificate = typeof tls === 'object' ? tls.clientCertPair : undefined;
  return certificate !== undefined || apiKey !== undefined || metadata?.['authorization'] !== undefined;
}

/** Of `host:port`. */
function hostOf(address: string): string {
  return address.replace(/:\d*$/, '').replace(/^\[|\]$/g, '');
}

function parseAllow(text: string): true {
  if (text !== 'allow') throw new InvalidArgumentError('The only value that it may have is allow.');
  return true;
}

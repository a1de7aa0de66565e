import type { TLSConfig } from '@temporalio/client';
import { loadClientConfigProfile, toClientOptions, type ClientConfigProfile } from '@temporalio/envconfig';
import { CrunchError, messageOf } from '../shared/errors/crunch-error.ts';

/** Where Temporal is and how to get in. */
export interface TemporalSettings {
  /** `host:port`. */
  address: string;
  namespace: string;
  /** `true` is TLS with the authorities that the system trusts. */
  tls?: boolean | TLSConfig;
  apiKey?: string;
  /** Sent with each call. */
  metadata?: Record<string, string>;
}

const DEFAULTS: TemporalSettings = { address: '127.0.0.1:7233', namespace: 'default' };

/**
 * Reads the `TEMPORAL_*` variables, as Temporal's own tools know them; what they leave open is taken from `defaults`.
 * A configuration file counts only where `TEMPORAL_CONFIG_FILE` or `TEMPORAL_PROFILE` names it: someone's personal one
 * must not lead Crunch to another server. Raises `invalid-input`, also for a certificate without its key.
 */
export function readTemporalSettings(
  environment: NodeJS.ProcessEnv,
  defaults: TemporalSettings = DEFAULTS,
): TemporalSettings {
  const profile = loadProfile(environment);
  const hasCertificate = profile.tls?.clientCert !== undefined;
  if (hasCertificate !== (profile.tls?.clientKey !== undefined)) {
    const [given, missing] = hasCertificate ? ['certificate', 'key'] : ['key', 'certificate'];
    throw new CrunchError(
      'invalid-input',
      `TEMPORAL_TLS_CLIENT_* name a ${given} without its ${missing}: give both, or neither`,
    );
  }
  const { connectionOptions, namespace } = readFiles(() => toClientOptions(profile));
  const { address, tls, apiKey, metadata } = connectionOptions;
  return {
    address: address ?? defaults.address,
    namespace: namespace ?? defaults.namespace,
    tls: (tls as TemporalSettings['tls']) ?? defaults.tls,
    apiKey: typeof apiKey === 'string' ? apiKey : defaults.apiKey,
    metadata: (metadata as TemporalSettings['metadata']) ?? defaults.metadata,
  };
}

function loadProfile(environment: NodeJS.ProcessEnv): ClientConfigProfile {
  const variables = Object.entries(environment).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return readFiles(() =>
    loadClientConfigProfile({
      overrideEnvVars: Object.fromEntries(variables),
      disableFile: !environment.TEMPORAL_CONFIG_FILE && !environment.TEMPORAL_PROFILE,
    }),
  );
}

function readFiles<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new CrunchError('invalid-input', `The settings TEMPORAL_* can't be used: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

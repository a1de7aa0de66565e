import { CrunchError, messageOf } from '../shared/errors/crunch-error.ts';
import type { TemporalSettings } from './temporal-settings.ts';

/** Temporal's libraries say little more than “no connection”; this names the server and what to look at. */
export function temporalUnreachable(error: unknown, { address, namespace, tls }: TemporalSettings): CrunchError {
  const security = tls ? 'with TLS' : 'without TLS';
  return new CrunchError(
    'temporal-unreachable',
    `Temporal can't be reached at ${address} (namespace “${namespace}”, ${security}): ${messageOf(error)}. ` +
      'Is it running, and are TEMPORAL_ADDRESS and the other TEMPORAL_* settings right?',
    { cause: error },
  );
}

import { CrunchError, messageOf } from '../shared/errors/crunch-error.ts';
import type { TemporalSettings } from './temporal-settings.ts';

/** Temporal's libraries say little more than “no connection”; this names the server and what to look at. */
export function temporalUnreachable(error: unknown, { address, namespace, tls }: TemporalSettings): CrunchError {
  const security = tls ? 'with TLS' : 'without TLS';
  const reason = messageOf(error).replace(/\.?$/, '.');
  return new CrunchError(
    'temporal-unreachable',
    `Temporal can't be reached at ${address} (namespace “${namespace}”, ${security}): ${reason} ` +
      `Is it running, and is TEMPORAL_ADDRESS right? ${explainSecurity(tls)}`,
    { cause: error },
  );
}

/** Of what goes wrong with certificates, the libraries tell nothing that people could act on. */
function explainSecurity(tls: TemporalSettings['tls']): string {
  if (!tls) return 'If it asks for TLS, set TEMPORAL_TLS=true, a certificate (TEMPORAL_TLS_*) or TEMPORAL_API_KEY.';
  const trust = 'is its own certificate trusted here (TEMPORAL_TLS_SERVER_CA_CERT_PATH)?';
  if (tls !== true && tls.clientCertPair) return `Does it accept the client certificate that was given, and ${trust}`;
  const missing = 'TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH';
  return `Does it ask for a client certificate, where none was given (${missing}), and ${trust}`;
}

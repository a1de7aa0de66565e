import { recordAudit, type AuditEvent } from '../../catalog/audit.ts';
import type { Catalog } from '../../catalog/open-catalog.ts';

const WINDOW_MS = 60_000;
/** Whoever has many addresses may go on failing, and must not fill the catalog by that. */
const MOST_WRITTEN = 100;

/** What somebody failed to be let in with. Never what they sent as a secret, nor a part of it. */
export type Failure = Required<Pick<AuditEvent, 'action' | 'subject' | 'address' | 'detail'>>;

/** Writes wrong tokens and passwords down. Throws `catalog-unavailable`. */
export type FailureLog = (failure: Failure) => Promise<void>;

/**
 * Notes failures in the audit log, at most 100 a minute from this process, and then once that there are more. `now`
 * gives milliseconds.
 */
export function keepFailureLog({ prisma }: Catalog, now: () => number = () => performance.now()): FailureLog {
  let written = 0;
  let endsAtMs = 0;

  return async (failure) => {
    if (now() >= endsAtMs) {
      written = 0;
      endsAtMs = now() + WINDOW_MS;
    }
    written += 1;
    if (written > MOST_WRITTEN + 1) return;
    await recordAudit(prisma, { actor: 'somebody', ...(written > MOST_WRITTEN ? describeFlood(failure) : failure) });
  };
}

function describeFlood({ address }: Failure): Failure {
  const reason = `More than ${MOST_WRITTEN} failed within a minute. The others are not in this log.`;
  return { action: 'sign-in.flood', subject: 'failed sign-ins', address, detail: { reason } };
}

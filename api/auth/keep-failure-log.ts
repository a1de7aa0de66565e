import { recordAudit, type AuditEvent } from '../../catalog/audit.ts';
import type { ApiContext } from '../context.ts';

const WINDOW_MS = 60_000;
/** Whoever goes on failing must not fill the catalog by that. */
const MOST_WRITTEN = 100;

/** What somebody failed to be let in with, or to be allowed. Never what they sent as a secret, nor a part of it. */
export type Failure = Required<AuditEvent>;

/** Writes failures of one kind down. Throws `catalog-unavailable`. */
export type FailureLog = (failure: Failure) => Promise<void>;

/**
 * Notes failures in the audit log, at most 100 a minute from this process, then once that there are more, and at the end
 * of that minute how many these were. `flood` is what the log calls that.
 */
export function keepFailureLog(
  { catalog, logger, stopping, now = () => performance.now() }: ApiContext,
  flood: Pick<AuditEvent, 'action' | 'subject'>,
): FailureLog {
  let seen = 0;
  let endsAtMs = 0;
  let timer: NodeJS.Timeout | undefined;
  stopping.addEventListener('abort', () => clearTimeout(timer));

  const write = (event: AuditEvent): Promise<void> => recordAudit(catalog.prisma, event);
  const beginWindow = async (): Promise<void> => {
    clearTimeout(timer);
    const leftOut = seen - MOST_WRITTEN;
    seen = 0;
    endsAtMs = now() + WINDOW_MS;
    if (leftOut <= 0) return;
    const reason = `So many more failed within that minute.`;
    await write({ actor: 'somebody', ...flood, detail: { reason, leftOut } });
  };
  const endWindow = (): void => {
    beginWindow().catch((error: unknown) => logger.error({ err: error }, 'failures could not be counted in the log'));
  };

  return async (failure) => {
    if (now() >= endsAtMs) await beginWindow();
    seen += 1;
    if (seen <= MOST_WRITTEN) return write(failure);
    if (seen > MOST_WRITTEN + 1) return;
    timer = setTimeout(endWindow, WINDOW_MS).unref();
    const reason = `More than ${MOST_WRITTEN} failed within a minute. The others are not in this log.`;
    await write({ actor: 'somebody', address: failure.address, ...flood, detail: { reason } });
  };
}

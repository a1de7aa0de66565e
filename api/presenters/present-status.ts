import type { Standing } from '../../catalog/access.ts';
import type { StatusRecord } from '../../catalog/statuses.ts';
import type { Status } from '../../shared/contract/datasets.ts';

/** What tells of a host’s user and network, and so is nothing for the public. */
const HIDDEN = { agentUser: '', hostname: '', ipAddress: '', macAddress: '' };

/**
 * A status as somebody of that standing may see it: its host, and who cancelled it, are not for the public, and its
 * note quotes logs.
 */
export function presentStatus(status: StatusRecord, { right, mayReadLogs }: Standing): Status {
  return {
    ...status,
    ...(right === 'visit' && { host: null, diagnostics: { ...status.diagnostics, ...HIDDEN } }),
    ...((!mayReadLogs || (right === 'visit' && status.state === 'CANCELLED')) && { note: '' }),
    at: status.at.toISOString(),
  };
}

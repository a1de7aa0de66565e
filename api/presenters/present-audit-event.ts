import type { AuditRecord } from '../../catalog/audit.ts';
import type { AuditEvent } from '../../shared/contract/audit.ts';

export function presentAuditEvent({ at, ...event }: AuditRecord): AuditEvent {
  return { ...event, at: at.toISOString() };
}

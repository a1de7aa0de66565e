import type { JsonObject } from '../shared/domain/json.ts';
import type { CatalogQueries } from './open-catalog.ts';
import { storableJson } from './storable-text.ts';

/** Somebody did something. */
export interface AuditEvent {
  /** The caller's name. */
  actor: string;
  /** From which address it was asked for, where somebody did so. */
  address?: string;
  /** Such as `project.change`. */
  action: string;
  /** The slug or name of what it was done to. */
  subject: string;
  detail: JsonObject;
}

/** Adds an event to the audit log, best in the transaction that does what it tells of. */
export async function recordAudit(
  queries: CatalogQueries,
  { actor, address, action, subject, detail }: AuditEvent,
): Promise<void> {
  const told = address === undefined ? detail : { ...detail, from: address };
  await queries.$executeRaw`
    INSERT INTO audit_event (actor, action, subject, detail)
    VALUES (${actor}, ${action}, ${subject}, ${storableJson(told)}::jsonb)`;
}

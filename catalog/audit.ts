import type { JsonObject } from '../shared/domain/json.ts';

/** Somebody did something. */
export interface AuditEvent {
  /** The name of the caller's token. */
  actor: string;
  /** Such as `project.change`. */
  action: string;
  /** The slug or name of what it was done to. */
  subject: string;
  detail: JsonObject;
}

import type { StatusRecord } from '../../catalog/statuses.ts';
import type { Status } from '../../shared/contract/datasets.ts';

export function presentStatus(status: StatusRecord): Status {
  return { ...status, at: status.at.toISOString() };
}

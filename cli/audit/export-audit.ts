import { stringify } from 'csv-stringify/sync';
import { itemsOf, type CrunchClient } from '../../client/index.ts';
import type { AuditEvent, AuditQuery } from '../../shared/contract/audit.ts';
import { defuseCell } from '../../shared/domain/defuse-cell.ts';
import type { Terminal } from '../output/terminal.ts';

const COLUMNS = ['id', 'at', 'actor', 'address', 'action', 'subject', 'project', 'detail'] as const;

/** Writes all events that pass the filter, one a line, as they come: as JSON documents, or as CSV with a header. */
export async function exportAudit(
  terminal: Terminal,
  client: CrunchClient,
  filter: AuditQuery,
  format: 'jsonl' | 'csv',
): Promise<void> {
  if (format === 'csv') terminal.print(COLUMNS.join(','));
  for await (const event of itemsOf(client.listAuditEvents, { query: { ...filter, limit: 1000 } })) {
    if (format === 'csv') terminal.print(rowOf(event));
    else terminal.printJson(event);
  }
}

function rowOf(event: AuditEvent): string {
  const cells = COLUMNS.map((column) => {
    const value = event[column];
    return defuseCell(typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? ''));
  });
  return stringify([cells], { eof: false });
}

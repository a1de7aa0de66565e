import { listAuditEvents, type AuditFilter } from '../../catalog/audit.ts';
import type { Catalog } from '../../catalog/open-catalog.ts';
import type { AuditEvent, auditEndpoints, AuditQuery } from '../../shared/contract/audit.ts';
import type { Caller } from '../auth/caller.ts';
import type { HandlersOf } from '../handler.ts';
import { presentAuditEvent } from '../presenters/present-audit-event.ts';
import { presentPage } from '../presenters/present-page.ts';

/** So many are read at a time: however long the log is, no more of it is in memory. */
const PAGE_SIZE = 1000;

export const auditHandlers: HandlersOf<typeof auditEndpoints> = {
  async listAuditEvents({ catalog }, { query: { cursor, limit, ...query }, caller }) {
    return presentPage(
      await listAuditEvents(catalog, { ...filterOf(query, caller), cursor, limit }),
      presentAuditEvent,
    );
  },

  async exportAuditEvents({ catalog }, { query, caller }) {
    return readAll(catalog, filterOf(query, caller));
  },
};

function filterOf({ since, until, ...query }: AuditQuery, { access }: Caller): AuditFilter {
  return { ...query, ...(since && { since: new Date(since) }), ...(until && { until: new Date(until) }), access };
}

async function* readAll(catalog: Catalog, filter: AuditFilter): AsyncGenerator<AuditEvent> {
  let cursor: string | undefined;
  do {
    const { items, next } = await listAuditEvents(catalog, { ...filter, cursor, limit: PAGE_SIZE });
    for (const event of items) yield presentAuditEvent(event);
    cursor = next ?? undefined;
  } while (cursor !== undefined);
}

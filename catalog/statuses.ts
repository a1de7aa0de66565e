import type { Diagnostics } from '../shared/domain/diagnostics.ts';
import type { StatusState } from '../shared/domain/stage.ts';
import { locateDataset } from './locate-dataset.ts';
import type { Status } from './generated/client.ts';
import type { Catalog } from './open-catalog.ts';
import { cutPage, decodeCursor, type Page, type PageRequest } from './page.ts';

export interface StatusRecord {
  id: number;
  /** The dataset's slug. */
  dataset: string;
  run: string | null;
  lease: number;
  /** SETUP, WORKFLOW, UPLOAD or a custom stage's name. */
  stage: string;
  state: StatusState;
  note: string;
  host: string | null;
  at: Date;
  diagnostics: Diagnostics;
}

/** What happened to a dataset, oldest first. Throws `not-found`. */
export async function listStatuses(
  catalog: Catalog,
  slug: string,
  { cursor, limit }: PageRequest,
): Promise<Page<StatusRecord>> {
  const [after] = decodeCursor(cursor, [0]) ?? [0];
  const { id: datasetId } = await locateDataset(catalog, slug);
  const rows = await catalog.prisma.status.findMany({
    where: { datasetId, id: { gt: after } },
    orderBy: { id: 'asc' },
    take: limit + 1,
  });
  return cutPage(
    rows.map((row) => readStatus(row, slug)),
    limit,
    ({ id }) => [id],
  );
}

/** A status from its row. */
export function readStatus(row: Status, dataset: string): StatusRecord {
  const { id, stage, note, host, at } = row;
  return {
    ...{ id, dataset, stage, note, host, at },
    state: row.state as StatusState,
    run: row.runId,
    lease: row.leaseNumber,
    diagnostics: readDiagnostics(row),
  };
}

function readDiagnostics(row: Status): Diagnostics {
  const { agentUser, version, revision, system, systemRelease, systemVersion } = row;
  const { machine, hostname, ipAddress, macAddress } = row;
  return {
    ...{ agentUser, version, revision, system, systemRelease, systemVersion },
    ...{ machine, hostname, ipAddress, macAddress },
    memoryTotal: sizeOf(row.memoryTotal),
    memoryFree: sizeOf(row.memoryFree),
    diskTotal: sizeOf(row.diskTotal),
    diskFree: sizeOf(row.diskFree),
  };
}

function sizeOf(bytes: bigint | null): number | null {
  return bytes === null ? null : Number(bytes);
}

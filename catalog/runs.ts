import type { FailureClass } from '../shared/domain/failure-class.ts';
import type { Plan } from '../shared/domain/plan.ts';
import { workflowIdOf } from '../shared/domain/queue-names.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { locateDataset } from './locate-dataset.ts';
import type { Prisma } from './generated/client.ts';
import type { Catalog } from './open-catalog.ts';
import { cutPage, decodeCursor, type Page, type PageRequest } from './page.ts';
import { storableText } from './storable-text.ts';

export type RunState = 'waiting' | 'running' | 'completed' | 'failed' | 'cancelled';

/** One attempt at a dataset. */
export interface RunRecord {
  id: string;
  /** The dataset's slug. */
  dataset: string;
  number: number;
  state: RunState;
  host: string | null;
  leaseNumber: number;
  hostLosses: number;
  failureClass: FailureClass | null;
  note: string | null;
  /** The number of the project's workflow revision. */
  revision: number;
  revisionSha256: string | null;
  plan: Plan;
  workflowId: string;
  temporalRunId: string | null;
  admittedAt: Date;
  startedAt: Date | null;
  closedAt: Date | null;
}

/** What `RunRecord` is made of. */
const RUN_PARTS = {
  revision: { select: { number: true, sha256: true } },
  dataset: { select: { item: { select: { slug: true } } } },
} satisfies Prisma.RunInclude;

type RunRow = Prisma.RunGetPayload<{ include: typeof RUN_PARTS }>;

/** The runs of a dataset, newest first. Throws `not-found`. */
export async function listRuns(
  catalog: Catalog,
  slug: string,
  { cursor, limit }: PageRequest,
): Promise<Page<RunRecord>> {
  const before = decodeCursor(cursor, [0])?.[0];
  const { id: datasetId } = await locateDataset(catalog, slug);
  const rows = await catalog.prisma.run.findMany({
    where: { datasetId, number: before === undefined ? undefined : { lt: before } },
    orderBy: { number: 'desc' },
    take: limit + 1,
    include: RUN_PARTS,
  });
  return cutPage(rows.map(readRun), limit, ({ number }) => [number]);
}

/** Throws `not-found`. */
export async function getRun(catalog: Catalog, id: string): Promise<RunRecord> {
  const row = await catalog.prisma.run.findUnique({ where: { id }, include: RUN_PARTS });
  if (!row) throw new CrunchError('not-found', `There is no run ${id}.`);
  return readRun(row);
}

/** Shows why a host can't take a waiting run. Changes nothing once the run is taken or closed. */
export async function noteRefusal(
  catalog: Catalog,
  { runId, host, reason }: { runId: string; host: string; reason: string },
): Promise<void> {
  await catalog.prisma.dataset.updateMany({
    where: { openRunId: runId, openRun: { state: 'waiting' } },
    data: { reason: `${host} can’t take it: ${storableText(reason)}` },
  });
}

/** The dataset's run with the highest number: the open one, if one is open. */
export async function findLastRun(catalog: Catalog, datasetId: number): Promise<RunRecord | null> {
  const row = await catalog.prisma.run.findFirst({
    where: { datasetId },
    orderBy: { number: 'desc' },
    include: RUN_PARTS,
  });
  return row && readRun(row);
}

function readRun(row: RunRow): RunRecord {
  const { id, number, host, leaseNumber, hostLosses, note, temporalRunId, admittedAt, startedAt, closedAt } = row;
  return {
    ...{ id, number, host, leaseNumber, hostLosses, note, temporalRunId, admittedAt, startedAt, closedAt },
    dataset: row.dataset.item.slug,
    state: row.state as RunState,
    failureClass: row.failureClass as FailureClass | null,
    revision: row.revision.number,
    revisionSha256: row.revision.sha256,
    plan: row.plan as unknown as Plan,
    workflowId: workflowIdOf(row.datasetId),
  };
}

/** Whether a run is one of the dataset's. */
export async function isRunOfDataset(catalog: Catalog, datasetId: number, id: string): Promise<boolean> {
  return (await catalog.prisma.run.count({ where: { id, datasetId } })) > 0;
}

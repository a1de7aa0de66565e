import type { Diagnostics } from '../shared/domain/diagnostics.ts';
import { DEFAULT_PLAN } from '../shared/domain/plan.ts';
import { statusStage, type BuiltInStage } from '../shared/domain/stage.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { announceChange } from './announce.ts';
import { recordAudit } from './audit.ts';
import type { Prisma } from './generated/client.ts';
import { lockDataset } from './lock-dataset.ts';
import type { Catalog } from './open-catalog.ts';
import { storableText } from './storable-text.ts';

/** A status as another site tells it, which has no time. */
export interface PastStatus {
  stage: BuiltInStage;
  state: 'START' | 'SUCCESS' | 'FAIL';
  note: string;
  diagnostics: Diagnostics;
}

const UNFINISHED = 'it had not ended on the site that it was copied from';

/**
 * Makes what happened to a dataset on another site its history here: a closed run for each time that it was begun there,
 * and the state in which the last one left it. A second call with more statuses takes the place of the first. Returns
 * whether anything changed. Throws `not-found`, and `conflict` for a dataset that is queued or was processed here.
 */
export async function importHistory(
  catalog: Catalog,
  slug: string,
  statuses: PastStatus[],
  actor: string,
): Promise<boolean> {
  return catalog.transact(async (queries) => {
    const { id: datasetId, busy } = await lockDataset(queries, slug);
    const ownRuns = await queries.run.count({ where: { datasetId, kind: { not: 'imported' } } });
    if (busy || ownRuns > 0) {
      throw new CrunchError('conflict', `${slug} is processed here by now; what happens elsewhere is not its history.`);
    }
    const runs = splitRuns(statuses);
    const count = runs.reduce((sum, run) => sum + run.length, 0);
    // Statuses are only ever added there.
    if ((await queries.status.count({ where: { datasetId } })) === count) return false;
    await queries.run.deleteMany({ where: { datasetId } });
    for (const [index, run] of runs.entries()) await queries.run.create({ data: runRow(datasetId, index + 1, run) });
    const { state, reason, stage, host } = endOf(runs.at(-1) ?? []);
    const last = { state, reason, stage, host, runCount: runs.length, leaseNumber: runs.length };
    await queries.dataset.update({ where: { itemId: datasetId }, data: last });
    const detail = { runs: runs.length, statuses: count };
    await recordAudit(queries, { actor, action: 'dataset.import-history', subject: slug, detail });
    await announceChange(queries, { dataset: slug });
    return true;
  });
}

/** A run begins where its first stage does; what is told twice in one counts once. */
function splitRuns(statuses: PastStatus[]): PastStatus[][] {
  const runs: PastStatus[][] = [];
  for (const status of statuses) {
    const isBeginning = status.stage === 'download' && status.state === 'START';
    if (isBeginning || runs.length === 0) runs.push([]);
    runs.at(-1)?.push(status);
  }
  return runs.map((run) => [...new Map(run.map((status) => [`${status.stage} ${status.state}`, status])).values()]);
}

function runRow(datasetId: number, number: number, statuses: PastStatus[]): Prisma.RunUncheckedCreateInput {
  const { state, note, failureClass, host } = endOf(statuses);
  const at = new Date();
  return {
    ...{ id: crypto.randomUUID(), datasetId, number, kind: 'imported', state, leaseNumber: number, host },
    ...{ plan: DEFAULT_PLAN as unknown as Prisma.InputJsonValue, note, failureClass, closedAt: at },
    statuses: {
      create: statuses.map(({ stage, state: word, note: text, diagnostics }) => ({
        ...{ datasetId, leaseNumber: number, stage: statusStage(stage), state: word, note: storableText(text), at },
        ...diagnostics,
        host: diagnostics.hostname || null,
      })),
    },
  };
}

function endOf(statuses: PastStatus[]) {
  const last = statuses.at(-1);
  const isDone = statuses.some(({ stage, state }) => stage === 'upload' && state === 'SUCCESS');
  const isFailed = last?.state === 'FAIL';
  const note = isDone ? null : isFailed ? storableText(last.note) : UNFINISHED;
  return {
    ...{ state: isDone ? 'completed' : 'failed', note },
    failureClass: isDone ? null : isFailed && last.stage === 'workflow' ? 'workflow' : 'host',
    reason: note?.split('\n', 1)[0]?.slice(0, 500) ?? null,
    stage: last?.stage ?? null,
    host: last?.diagnostics.hostname || null,
  };
}

import type { DatasetDetail, Status } from '../../../shared/contract/datasets.ts';
import { formatAge, formatSeconds } from '../../../shared/domain/format-time.ts';
import { describeTransfer } from '../../../shared/domain/transfer-state.ts';
import { readFailureNote } from './failure-note.ts';

/** What a dataset's page says first. */
export interface Headline {
  sentence: string;
  /** What changes the state, when that is a command. */
  command?: string;
  /** The end of the log of what failed. */
  log: string[];
}

/**
 * Says what a dataset is doing, and why. `statuses` are its own, newest first; `now` is in ms since 1970.
 */
export function describeDataset(dataset: DatasetDetail, statuses: readonly Status[], now: number): Headline {
  const { state } = dataset;
  switch (state) {
    case 'draft':
      return { sentence: describeDraft(dataset), log: [] };
    case 'queued':
    case 'paused':
      return describeWait(dataset);
    case 'running':
      return { sentence: describeRunning(dataset, now), log: [] };
    case 'completed':
      return { sentence: describeCompleted(dataset, now), log: [] };
    case 'failed':
      return describeFailure(dataset, statuses, now);
    case 'cancelled':
      return { sentence: describeCancelled(dataset, now), log: [] };
  }
}

function describeDraft({ held }: DatasetDetail): string {
  return held
    ? 'A draft on hold: it waits until somebody queues it by name.'
    : 'A draft: it waits until it is queued, by you or by a host that starts for its project.';
}

function describeWait({ reason, project, state }: DatasetDetail): Headline {
  if (state === 'paused') return { sentence: `Paused${reason === null ? '' : `: ${reason}`}.`, log: [] };
  if (reason === null) return { sentence: 'Waiting for its turn: the next free host takes it.', log: [] };
  const command = commandFor(reason, project);
  return { sentence: `Waiting: ${reason}.`, ...(command !== undefined && { command }), log: [] };
}

/** What ends the wait, when that is a command. */
function commandFor(reason: string, project: string): string | undefined {
  if (reason.startsWith('its project is paused')) return `crunch resume --project ${project}`;
  const pool = /crunch loop --pool (\S+)/.exec(reason)?.[1];
  if (pool !== undefined) return `crunch loop --pool ${pool}`;
  return /crunch loop|live host/.test(reason) ? `crunch loop --project ${project}` : undefined;
}

function describeRunning(dataset: DatasetDetail, now: number): string {
  const startedAt = dataset.run?.startedAt;
  const since = startedAt ? `, for ${formatSeconds(Math.max(0, (now - Date.parse(startedAt)) / 1000))}` : '';
  const transfer = dataset.run?.transfer ? `: ${describeTransfer(dataset.run.transfer)}` : '';
  return `Running${inStage(dataset, '')}${onHost(dataset)}${since}${transfer}.`;
}

function describeCompleted(dataset: DatasetDetail, now: number): string {
  const { reason, run } = dataset;
  const but = reason === null ? '' : `; ${reason}`;
  return `Completed${onHost(dataset)}${closedAgo(run, now)}${tookTime(run)}${but}.`;
}

function describeFailure(dataset: DatasetDetail, statuses: readonly Status[], now: number): Headline {
  const failure = statuses.find(({ state, run }) => state === 'FAIL' && run === (dataset.run?.id ?? run));
  const { message, log } = readFailureNote(failure?.note ?? dataset.run?.note ?? dataset.reason ?? '');
  const why = message === '' ? '' : `: ${message}`;
  return { sentence: `Failed${inStage(dataset)}${onHost(dataset)}${closedAgo(dataset.run, now)}${why}`, log };
}

/** Its reason is by whom, and why. */
function describeCancelled(dataset: DatasetDetail, now: number): string {
  const { reason, run } = dataset;
  const why = reason === null || reason === 'cancelled' ? '' : `: ${reason}`;
  return `Cancelled${inStage(dataset)}${onHost(dataset)}${closedAgo(run, now)}${why}.`;
}

function inStage({ stage }: DatasetDetail, word = ' in'): string {
  return stage === null ? '' : `${word} ${stage}`;
}

function onHost({ host }: DatasetDetail): string {
  return host === null ? '' : ` on host ${host}`;
}

function closedAgo(run: DatasetDetail['run'], now: number): string {
  return run?.closedAt ? `, ${formatAge(run.closedAt, now)}` : '';
}

function tookTime(run: DatasetDetail['run']): string {
  if (!run?.startedAt || !run.closedAt) return '';
  return `, in ${formatSeconds((Date.parse(run.closedAt) - Date.parse(run.startedAt)) / 1000)}`;
}

import type { DatasetDetail, Status } from '../../../shared/contract/datasets.ts';
import { describeDataset } from './headline.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const RUN = '6a2f41a3-c54c-4c4c-9f4f-0d0d0d0d0d0d';

const run = {
  id: RUN,
  state: 'failed',
  startedAt: '2026-11-24T09:34:00Z',
  cancellation: null,
  closedAt: '2026-11-24T11:48:00Z',
  note: null,
} as DatasetDetail['run'];

const TRANSFER = {
  ...{ stage: 'upload', filesDone: 1, filesTotal: 2, bytesDone: 10, bytesTotal: 20 },
  ...{ bytesPerSecond: 5, waitingSince: null },
};

const make = (changes: Partial<DatasetDetail>): DatasetDetail =>
  ({
    state: 'draft',
    stage: null,
    host: null,
    reason: null,
    project: 'penguins',
    held: false,
    run,
    ...changes,
  }) as DatasetDetail;

const status = (changes: Partial<Status>): Status => ({ run: RUN, state: 'FAIL', note: '', ...changes }) as Status;

test('a failed one says where, when and why, with the end of its log', () => {
  const dataset = make({ state: 'failed', stage: 'workflow', host: 'm3', reason: 'older words' });
  const statuses = [status({ note: 'rule align exited with 1\nreading\nError in rule align' })];
  expect(describeDataset(dataset, statuses, NOW)).toEqual({
    sentence: 'Failed in workflow on host m3, 12 min ago: rule align exited with 1',
    log: ['reading', 'Error in rule align'],
  });
});

test('a failure of an earlier run is not told of this one', () => {
  const dataset = make({ state: 'failed', reason: 'the source is gone' });
  const { sentence } = describeDataset(dataset, [status({ run: 'another', note: 'old' })], NOW);
  expect(sentence).toBe('Failed, 12 min ago: the source is gone');
});

test.each([
  ['no live host takes it; start one with crunch loop', 'crunch loop --project penguins'],
  ['no live host takes datasets of pool gpu; start one with crunch loop --pool gpu', 'crunch loop --pool gpu'],
  ['its project is paused by ada: no crunch loop tonight; resume it to go on', 'crunch resume --project penguins'],
  ['as many datasets of its project run as may run at once', undefined],
])('one that waits because %s offers %j', (reason, command) => {
  const headline = describeDataset(make({ state: 'queued', reason }), [], NOW);
  expect(headline.sentence).toBe(`Waiting: ${reason}.`);
  expect(headline.command).toBe(command);
});

test.each([
  [{ state: 'queued' }, 'Waiting for its turn: the next free host takes it.'],
  [{ state: 'running', stage: 'workflow', host: 'm3' }, 'Running workflow on host m3, for 2 h 26 min.'],
  [
    { state: 'running', stage: 'upload', host: 'm3', run: { ...run, transfer: TRANSFER } as DatasetDetail['run'] },
    'Running upload on host m3, for 2 h 26 min: 1 of 2 files, 10 B of 20 B, 5 B a second.',
  ],
  [{ state: 'completed', host: 'm3' }, 'Completed on host m3, 12 min ago, in 2 h 14 min.'],
  [
    { state: 'completed', host: 'm3', reason: 'its inputs changed since its results were made' },
    'Completed on host m3, 12 min ago, in 2 h 14 min; its inputs changed since its results were made.',
  ],
  [{ state: 'cancelled', stage: 'workflow', host: 'm3' }, 'Cancelled in workflow on host m3, 12 min ago.'],
  [
    { state: 'cancelled', stage: 'workflow', host: 'm3', reason: 'cancelled by ada: wrong input' },
    'Cancelled in workflow on host m3, 12 min ago: cancelled by ada: wrong input.',
  ],
  [{ held: true }, 'A draft on hold: it waits until somebody queues it by name.'],
] as const)('%j is told as “%s”', (changes, sentence) => {
  expect(describeDataset(make(changes), [], NOW).sentence).toBe(sentence);
});

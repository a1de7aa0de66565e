import { PassThrough } from 'node:stream';
import type { DatasetDetail } from '../../shared/contract/datasets.ts';
import { presentDataset } from './present-item.ts';
import { Terminal } from './terminal.ts';

const terminal = new Terminal({
  stdin: new PassThrough(),
  stdout: new PassThrough(),
  stderr: new PassThrough(),
  env: {},
  json: false,
});

const RUN: DatasetDetail['run'] = {
  ...{ id: '3f0d1f4e-9a55-4e0e-8f37-0d1f3c1f7b11', dataset: 'p:d', number: 2, state: 'failed', host: 'm3' },
  ...{
    leaseNumber: 1,
    hostLosses: 0,
    failureClass: 'workflow',
    kind: 'temporal',
    revision: 1,
    revisionSha256: null,
    plan: [],
  },
  note: 'the workflow ended with exit code 3\nreading rows\n\u001b[31mrow 17 is broken',
  ...{ workflowId: 'crunch/1', temporalRunId: null, admittedAt: '2024-01-01T00:00:00Z', startedAt: null },
  cancellation: null,
  transfer: null,
  closedAt: '2024-01-01T00:01:00Z',
};

const FAILED: DatasetDetail = {
  ...{ id: 1, slug: 'p:d', name: 'D', project: 'p', description: '', details: '', state: 'failed' },
  ...{ stage: 'workflow', host: 'm3', reason: 'the workflow ended with exit code 3', runs: 2, priority: 3 },
  ...{ held: false, basePath: 'crunch/p/d', queuedAt: null, createdAt: '2024-01-01T00:00:00Z' },
  ...{ updatedAt: '2024-01-01T00:01:00Z', files: 0, sizeBytes: 0 },
  ...{ attributes: [], items: [], run: RUN, may: [], version: 1, archived: false },
};

const NOTHING = { datasets: 1, items: 0, attributes: 0, runs: 2, files: 0, fileBytes: 0, filesizeBytes: 0 };

const show = (change: Partial<DatasetDetail> = {}) =>
  presentDataset(terminal, { ...FAILED, ...change, totals: NOTHING })
    .replaceAll(/\d+ d ago/g, 'AGE')
    .split('\n');

test('a failed dataset reads from the top: where, when and why, its log, what to do', () => {
  expect(show().slice(0, 7)).toEqual([
    'Failed in workflow on host m3, AGE: the workflow ended with exit code 3',
    '    reading rows',
    '    �[31mrow 17 is broken',
    'failed by  workflow',
    'try again  crunch retry p:d',
    '',
    'dataset   p:d',
  ]);
  expect(show().filter((line) => line.includes('exit code 3'))).toHaveLength(1);
});

test('one that failed before any host had it says so much as is known', () => {
  const run = { ...RUN, host: null, failureClass: 'source', note: null } as const;
  expect(show({ stage: null, host: null, run })[0]).toBe('Failed, AGE: nobody said why');
});

test('one that runs again, or waits, shows its reason among the rest', () => {
  const lines = show({ state: 'queued', reason: 'no live host takes it', run: { ...RUN, state: 'waiting' } });
  expect(lines[0]).toMatch(/^dataset /);
  expect(lines).toContainEqual(expect.stringMatching(/^reason +no live host takes it$/));
});

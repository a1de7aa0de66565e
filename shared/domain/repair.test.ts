import { decideRepair, type ExecutionState } from './repair.ts';

test.each<[ExecutionState | undefined, unknown]>([
  ['RUNNING', undefined],
  ['OTHER', undefined],
  [undefined, { kind: 'restart', note: 'Temporal lost it, so it starts over' }],
  ['TERMINATED', expect.objectContaining({ kind: 'close', outcome: 'cancelled', failureClass: 'cancelled' })],
  ['CANCELLED', expect.objectContaining({ kind: 'close', outcome: 'cancelled', failureClass: 'cancelled' })],
  ['TIMED_OUT', expect.objectContaining({ kind: 'close', outcome: 'failed', failureClass: 'internal' })],
  ['FAILED', expect.objectContaining({ kind: 'close', outcome: 'failed', failureClass: 'internal' })],
  ['COMPLETED', { kind: 'publish' }],
])('an open run whose execution is %s', (state, repair) => {
  expect(decideRepair({ state })).toEqual(repair);
});

test('an execution that was reset is ended, and the run starts over', () => {
  expect(decideRepair({ state: 'TERMINATED', resetTo: 'other' })).toMatchObject({
    kind: 'restart',
    terminate: 'other',
  });
});

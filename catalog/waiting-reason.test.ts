import { explainWait, type WaitingFacts } from './waiting-reason.ts';

const FACTS: WaitingFacts = {
  ...{ cause: 'no-host', lacking: [], pinnedHost: null, pool: null },
  ...{ pausedBy: null, pauseReason: null, quietAt: null },
};

test.each<[Partial<WaitingFacts>, string]>([
  [{}, 'no live host takes it; start one with crunch loop'],
  [{ pool: 'gpu' }, 'no live host takes datasets of pool gpu; start one with crunch loop --pool gpu'],
  [
    { pool: 'gpu', pinnedHost: 'desk' },
    'only the host desk may take it, and no process there does; give crunch run there again, or cancel it',
  ],
  [
    { cause: 'no-able-host', lacking: ['check', 'snakemake'] },
    'no live host that would take it has check, snakemake; start one that has',
  ],
  [{ cause: 'no-able-host' }, 'no live host that would take it has all its stages; start one that has'],
  [{ cause: 'paused', pausedBy: 'ada' }, 'its project is paused by ada; resume it to go on'],
  [
    { cause: 'paused', pausedBy: 'ada', pauseReason: 'the disk is full' },
    'its project is paused by ada: the disk is full; resume it to go on',
  ],
  [
    { cause: 'silent-host', quietAt: new Date('2026-11-24T14:03:00Z') },
    'a host that fell silent may still run it; nobody gets it before 14:03:00 UTC',
  ],
  [{ cause: 'no-workflow' }, 'its project has no workflow; give it one'],
  [{ cause: 'at-cap' }, 'as many datasets of its project run as may run at once'],
])('%j is told as %j', (facts, sentence) => {
  expect(explainWait({ ...FACTS, ...facts })).toBe(sentence);
});

import { PassThrough } from 'node:stream';
import type { HostEvent, HostMode } from '../../worker/host-options.ts';
import { Terminal } from '../output/terminal.ts';
import { Outcome } from './outcome.ts';
import { presentHostEvent } from './present-host-event.ts';

const NEXT: HostMode = { kind: 'next' };
const LOOP: HostMode = { kind: 'loop', untilEmpty: true };

const finished = (outcome: 'completed' | 'failed' | 'cancelled' | 'lost' | 'handed-back'): HostEvent => ({
  ...{ type: 'finished', dataset: 'p:d', outcome, seconds: 1 },
});

function codeOf(mode: HostMode, events: readonly HostEvent[]): string | undefined {
  const outcome = new Outcome(mode);
  for (const event of events) outcome.take(event);
  try {
    outcome.check();
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

test.each<[HostMode, HostEvent[], string | undefined]>([
  [NEXT, [], 'nothing-to-do'],
  [NEXT, [finished('completed')], undefined],
  [NEXT, [finished('failed')], 'dataset-failed'],
  [NEXT, [finished('cancelled')], 'dataset-failed'],
  [NEXT, [finished('lost')], 'lease-lost'],
  [NEXT, [finished('handed-back')], 'host-draining'],
  [LOOP, [{ type: 'stopping', how: 'finish' }, finished('handed-back')], 'interrupted'],
  [LOOP, [], undefined],
  [LOOP, [finished('completed'), finished('cancelled'), finished('lost')], undefined],
  [LOOP, [finished('failed'), finished('completed')], 'dataset-failed'],
  [LOOP, [finished('completed'), { type: 'stopping', how: 'finish' }], 'interrupted'],
])('%j after %j ends with %s', (mode, events, code) => expect(codeOf(mode, events)).toBe(code));

test('an event is a line with the time of day, and a note stands below it', () => {
  const stream = new PassThrough();
  const terminal = new Terminal({ stdin: new PassThrough(), stdout: stream, stderr: stream, env: {}, json: false });
  const event: HostEvent = {
    ...{ type: 'stage', dataset: 'p:d', stage: 'workflow', state: 'FAIL', seconds: 200 },
    note: 'exit code 3\nno such \u001b[2Jfile',
  };
  expect(presentHostEvent(terminal, event, new Date(2024, 0, 1, 9, 5, 7))).toBe(
    '09:05:07 p:d workflow failed in 3 min 20 s\n  exit code 3\n  no such �[2Jfile',
  );
});

test.each<[HostEvent, string]>([
  [{ type: 'stopping', how: 'finish' }, 'finishing what is in hand; once more to hand it back'],
  [
    { type: 'stopping', how: 'finish', withinSeconds: 20 },
    'finishing what is in hand for 20 s at most, then handing it back',
  ],
  [
    { type: 'stage', dataset: 'p:d', stage: 'workflow', state: 'CANCELLED', seconds: 1 },
    'p:d workflow stopped in 1.0 s',
  ],
  [{ type: 'finished', dataset: 'p:d', outcome: 'handed-back', seconds: 2 }, 'p:d handed back after 2.0 s'],
  [{ type: 'server-away' }, 'the server is unreachable: what is in hand goes on; trying again'],
  [{ type: 'server-back', seconds: 60 }, 'the server is back after 1 min 0 s'],
  [
    { type: 'disk-short', directory: '/scratch', freeBytes: 1024, neededBytes: 2048 },
    'short of disk: 1.00 KiB free in /scratch, a dataset needs 2.00 KiB; taking nothing until there is room',
  ],
])('%j is told as “%s”', (event, line) => {
  const stream = new PassThrough();
  const terminal = new Terminal({ stdin: new PassThrough(), stdout: stream, stderr: stream, env: {}, json: false });
  expect(presentHostEvent(terminal, event, new Date(2024, 0, 1, 9, 5, 7))).toBe(`09:05:07 ${line}`);
});

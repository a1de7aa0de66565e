import { PassThrough } from 'node:stream';
import type { HostEvent, HostMode } from '../../worker/host-options.ts';
import { Terminal } from '../output/terminal.ts';
import { Outcome } from './outcome.ts';
import { presentHostEvent } from './present-host-event.ts';

const NEXT: HostMode = { kind: 'next' };
const LOOP: HostMode = { kind: 'loop', untilEmpty: true };

const finished = (outcome: 'completed' | 'failed' | 'cancelled' | 'lost'): HostEvent => ({
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

import type { HostEvent } from '../../worker/host-options.ts';
import { formatSeconds } from '../../shared/domain/format-time.ts';
import { printable } from '../output/printable.ts';
import { stateStyle } from '../output/state-style.ts';
import type { Terminal } from '../output/terminal.ts';

const STOPPING = {
  finish: 'finishing what is in hand; once more to hand it back',
  'hand-back': 'handing back what is in hand; once more to kill it',
  kill: 'killing what is in hand',
} as const;

const STAGE_WORDS = { START: 'started', SUCCESS: 'done', FAIL: 'failed' } as const;

/** An event of a host as text for people, with the time of day. */
export function presentHostEvent(terminal: Terminal, event: HostEvent, now = new Date()): string {
  const time = terminal.style('dim', now.toTimeString().slice(0, 8));
  return `${time} ${describe(terminal, event)}`;
}

function describe(terminal: Terminal, event: HostEvent): string {
  switch (event.type) {
    case 'started':
      return `host ${event.name} is ready, ${event.slots} at once`;
    case 'claimed':
      return `${event.dataset} claimed`;
    case 'stage':
      return describeStage(terminal, event);
    case 'handed-over':
      return `${event.dataset} done here after ${formatSeconds(event.seconds)}, to be published`;
    case 'finished':
      return `${event.dataset} ${colour(terminal, event.outcome)} after ${formatSeconds(event.seconds)}`;
    case 'idle':
      return `waiting: ${event.queued} queued, ${event.runningElsewhere} running elsewhere`;
    case 'stopping':
      return STOPPING[event.how];
  }
}

function describeStage(terminal: Terminal, event: Extract<HostEvent, { type: 'stage' }>): string {
  const words = colour(terminal, event.state, STAGE_WORDS[event.state]);
  const took = event.state === 'START' ? '' : ` in ${formatSeconds(event.seconds)}`;
  const note = event.state !== 'START' && event.note ? `\n${printable(event.note).replace(/^/gm, '  ')}` : '';
  return `${event.dataset} ${event.stage} ${words}${took}${note}`;
}

function colour(terminal: Terminal, state: string, word = state): string {
  const style = stateStyle(state);
  return style ? terminal.style(style, word) : word;
}

import type { HostEvent } from '../../worker/host-options.ts';
import { formatSize } from '../../shared/domain/format-size.ts';
import { formatSeconds } from '../../shared/domain/format-time.ts';
import { printable } from '../output/printable.ts';
import { stateStyle } from '../output/state-style.ts';
import type { Terminal } from '../output/terminal.ts';

const STOPPING = {
  'hand-back': 'handing back what is in hand; once more to kill it',
  kill: 'killing what is in hand',
} as const;

const OUTCOMES = {
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  lost: 'lost to another host',
  'handed-back': 'handed back',
} as const;

const STAGE_WORDS = { START: 'started', SUCCESS: 'done', FAIL: 'failed', CANCELLED: 'stopped' } as const;

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
      return `${event.dataset} ${colour(terminal, event.outcome, OUTCOMES[event.outcome])} after ${formatSeconds(event.seconds)}`;
    case 'idle':
      return `waiting: ${event.queued} queued, ${event.runningElsewhere} running elsewhere`;
    case 'server-away':
      return 'the server is unreachable: what is in hand goes on; trying again';
    case 'server-back':
      return `the server is back after ${formatSeconds(event.seconds)}`;
    case 'disk-short': {
      const { directory, freeBytes, neededBytes } = event;
      const has = `${formatSize(freeBytes)} free in ${directory}, a dataset needs ${formatSize(neededBytes)}`;
      return `short of disk: ${has}; taking nothing until there is room`;
    }
    case 'disk-has-room':
      return 'the disk has room again';
    case 'stopping':
      return event.how === 'finish' ? describeFinishing(event.withinSeconds) : STOPPING[event.how];
  }
}

function describeFinishing(withinSeconds: number | undefined): string {
  return withinSeconds === undefined
    ? 'finishing what is in hand; once more to hand it back'
    : `finishing what is in hand for ${formatSeconds(withinSeconds)} at most, then handing it back`;
}

function describeStage(terminal: Terminal, event: Extract<HostEvent, { type: 'stage' }>): string {
  const words = colour(terminal, event.state, STAGE_WORDS[event.state]);
  const took = event.state === 'START' ? '' : ` in ${formatSeconds(event.seconds)}`;
  const note = 'note' in event && event.note ? `\n${printable(event.note).replace(/^/gm, '  ')}` : '';
  return `${event.dataset} ${event.stage} ${words}${took}${note}`;
}

function colour(terminal: Terminal, state: string, word = state): string {
  const style = stateStyle(state);
  return style ? terminal.style(style, word) : word;
}

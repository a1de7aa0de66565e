import type { Terminal } from './terminal.ts';

type Style = Parameters<Terminal['style']>[0];

const STYLES: Record<string, Style> = {
  completed: 'green',
  SUCCESS: 'green',
  live: 'green',
  running: 'cyan',
  failed: 'red',
  FAIL: 'red',
  LOST: 'red',
  silent: 'red',
  lost: 'red',
  'handed-back': 'yellow',
  cancelled: 'yellow',
  CANCELLED: 'yellow',
  draining: 'yellow',
};

/** The colour of a state of a dataset, a status or a host; undefined for one that needs no attention. */
export function stateStyle(state: string): Style | undefined {
  return STYLES[state];
}

import type { Command } from 'commander';
import { integerBetween } from './parse-number.ts';

/** The options of every command that shows a list. */
export interface PageOptions {
  limit?: number;
  cursor?: string;
}

/** Adds the options by which a list is read page by page. */
export function addPageOptions(command: Command): Command {
  return command
    .option('--limit <n>', 'the most rows to show, up to 1000 (default: 100)', integerBetween(1, 1000))
    .option('--cursor <cursor>', 'go on where the page before ended');
}

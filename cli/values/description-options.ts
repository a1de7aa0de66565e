import type { Command } from 'commander';

/** The options of every command that adds to the catalog. */
export interface DescriptionOptions {
  description?: string;
  details?: string;
}

/** Adds `--description` and `--details`. */
export function addDescriptionOptions(command: Command): Command {
  return command
    .option('--description <text>', 'a brief description')
    .option('--details <markdown>', 'a long description, in Markdown');
}

import type { Command } from 'commander';
import { defineCommand } from '../define-command.ts';
import type { UpOptions } from '../up/run-up.ts';
import { parsePort } from '../values/parse-number.ts';

export const addUpCommand = defineCommand<[], UpOptions>({
  name: 'up',
  summary: 'Start all of Crunch on this computer: Temporal, catalog, storage, API and control worker',
  details:
    'Runs until Ctrl-C, which stops everything; the data stay, and the next start goes on with them. Ports that are not given are the former ones, or free ones. Signs this account in.',
  example: 'crunch up --data ./crunch-data --port 8700',
  exitCodes: [5, 12, 13, 14, 130],
  outlivesReader: true,
  configure: addUpOptions,
  async run(terminal, [], options) {
    const { runUp } = await import('../up/run-up.ts');
    await runUp(terminal, options);
  },
});

function addUpOptions(command: Command): Command {
  return command
    .option('--data <folder>', 'holds all data (default: $XDG_DATA_HOME/crunch, else ~/.local/share/crunch)')
    .option('--listen <address>', 'open the API and Temporal to a private network (default: 127.0.0.1)')
    .option('--port <n>', 'the port of the API (CRUNCH_PORT)', parsePort)
    .option('--temporal-port <n>', 'the port of Temporal', parsePort)
    .option('--temporal-ui-port <n>', "the port of Temporal's own web UI", parsePort);
}

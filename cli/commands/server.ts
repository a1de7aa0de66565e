import { defineCommand } from '../define-command.ts';
import type { ServerCommandOptions } from '../services/run-server.ts';
import { POLICY_HELP } from '../services/policy-help.ts';
import { SERVICES_HELP } from '../services/services-help.ts';
import { parsePort } from '../values/parse-number.ts';

export const addServerCommand = defineCommand<[], ServerCommandOptions>({
  name: 'server',
  summary: 'Run the API against services that run elsewhere',
  example: 'crunch server --listen 0.0.0.0 --port 8700',
  exitCodes: [5, 12, 13, 14, 130],
  outlivesReader: true,
  configure: (command) =>
    command
      .option('--listen <address>', 'the address to listen on', '127.0.0.1')
      .option('--port <n>', 'the port to listen on (CRUNCH_PORT; else a free one)', parsePort)
      .addHelpText(
        'after',
        `\n${SERVICES_HELP}\n  CRUNCH_TEMPORAL_UI       where people reach Temporal's own web UI\n\n${POLICY_HELP}`,
      ),
  async run(terminal, [], options) {
    const { runServer } = await import('../services/run-server.ts');
    await runServer(terminal, options);
  },
});

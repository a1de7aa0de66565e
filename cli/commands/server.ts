import { defineCommand } from '../define-command.ts';
import type { ServerCommandOptions } from '../services/run-server.ts';
import { POLICY_HELP } from '../services/policy-help.ts';
import { SERVICES_HELP } from '../services/services-help.ts';
import { parsePort } from '../values/parse-number.ts';

const ADDRESSES_HELP = `Addresses:
  CRUNCH_PORT                    the port to listen on, unless --port says it
  CRUNCH_TEMPORAL_FOR_HOSTS      where hosts reach Temporal, when not at TEMPORAL_ADDRESS: host:port
  CRUNCH_TEMPORAL_UI             where people reach Temporal's own web UI`;

export const addServerCommand = defineCommand<[], ServerCommandOptions>({
  name: 'server',
  summary: 'Run the API against services that run elsewhere',
  details:
    'GET /api/v1/health answers 200 when the catalog, Temporal and the storage can be reached. SIGTERM: requests in hand may end.',
  example: 'crunch server --listen 0.0.0.0 --port 8700',
  exitCodes: [5, 12, 13, 14, 130],
  outlivesReader: true,
  configure: (command) =>
    command
      .option('--listen <address>', 'the address to listen on', '127.0.0.1')
      .option('--port <n>', 'the port to listen on (else a free one)', parsePort)
      .addHelpText('after', `\n${SERVICES_HELP}\n\n${ADDRESSES_HELP}\n\n${POLICY_HELP}`),
  async run(terminal, [], options) {
    const { runServer } = await import('../services/run-server.ts');
    await runServer(terminal, options);
  },
});

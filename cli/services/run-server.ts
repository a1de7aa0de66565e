import { createLogger } from '../../platform/logger.ts';
import type { Terminal } from '../output/terminal.ts';
import { parsePort } from '../values/parse-number.ts';
import { openReadyServices } from '../../worker/open-services.ts';
import { readVariable } from './read-variable.ts';
import { runUntilStopped } from './run-until-stopped.ts';
import { readLogLevel } from './read-log-level.ts';
import { readServerPolicy } from './server-policy.ts';
import { readServiceSettings } from './service-settings.ts';
import { startApi } from './start-api.ts';

/** The options of `crunch server`. */
export interface ServerCommandOptions {
  listen: string;
  port?: number;
}

/** Runs the API against external services until a signal comes. */
export async function runServer(terminal: Terminal, { listen, port }: ServerCommandOptions): Promise<void> {
  const { env } = terminal;
  const settings = await readServiceSettings(env);
  const policy = readServerPolicy(env);
  const logger = createLogger({ name: 'server', level: readLogLevel(env) });
  await runUntilStopped(async (parts) => {
    const services = await openReadyServices(settings);
    parts.add({ name: 'connections', stop: () => services.close() });
    const api = await startApi({
      ...{ services, settings, policy, logger },
      host: listen,
      port: port ?? readVariable(env, 'CRUNCH_PORT', parsePort) ?? 0,
      temporalAddress: env['CRUNCH_TEMPORAL_FOR_HOSTS'] || undefined,
      temporalUi: env['CRUNCH_TEMPORAL_UI'] || null,
    });
    parts.add({ name: 'the API', stop: () => api.stop() });
    terminal.printResult({ url: api.url, docs: `${api.url}/api/docs`, pid: process.pid }, (it) => it.url);
  });
}

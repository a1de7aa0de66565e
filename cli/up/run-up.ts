import { resolve } from 'node:path';
import { dataFolder } from '../../platform/data-folder.ts';
import { isLoopback } from '../../platform/is-loopback.ts';
import { createLogger } from '../../platform/logger.ts';
import { profilePath, rememberServer } from '../connection/profile.ts';
import { renderFields } from '../output/render-table.ts';
import type { Terminal } from '../output/terminal.ts';
import { readVariable } from '../services/read-variable.ts';
import { runUntilStopped } from '../services/run-until-stopped.ts';
import { readLogLevel } from '../services/read-log-level.ts';
import { readServerPolicy } from '../services/server-policy.ts';
import { parsePort } from '../values/parse-number.ts';
import { startEmbeddedStack, type StackPlaces } from './embedded-stack.ts';

/** The options of `crunch up`. */
export interface UpOptions {
  data?: string;
  listen?: string;
  port?: number;
  temporalPort?: number;
  temporalUiPort?: number;
}

const OPEN_WARNING =
  'warning: whoever reaches this address controls Temporal, and so every dataset and host. Let only a private network reach it.';

/** Runs the embedded stack until a signal comes, and signs this account in to it. */
export async function runUp(terminal: Terminal, options: UpOptions): Promise<void> {
  const { env } = terminal;
  const listen = options.listen ?? '127.0.0.1';
  if (!isLoopback(listen)) terminal.note(OPEN_WARNING);
  await runUntilStopped(async (parts) => {
    const { token, admin, ...places } = await startEmbeddedStack(parts, {
      dataFolder: resolve(options.data ?? dataFolder(env)),
      listen,
      ports: {
        api: options.port ?? readVariable(env, 'CRUNCH_PORT', parsePort),
        temporal: options.temporalPort,
        temporalUi: options.temporalUiPort,
      },
      policy: readServerPolicy(env),
      logger: createLogger({ name: 'crunch', level: readLogLevel(env) ?? 'warn' }),
      env,
      onProgress: (message) => terminal.note(message),
    });
    await rememberServer({ url: places.url, token }, profilePath(env));
    showPlaces(terminal, { ...places, email: admin.email }, token);
    if (terminal.interactive && admin.password !== undefined) {
      terminal.note(`Sign in with a browser as ${admin.email}, password ${admin.password}`);
    }
  });
  terminal.note('stopped; the data stay');
}

type ShownPlaces = Omit<StackPlaces, 'token' | 'admin'> & { email: string };

/** The token itself is only for eyes: a pipe or a log gets the path of its file. */
function showPlaces(terminal: Terminal, places: ShownPlaces, token: string): void {
  terminal.printResult({ ...places, pid: process.pid }, (it) =>
    renderFields(terminal, [
      ['web UI', it.url],
      ['API docs', it.docs],
      ['Temporal', it.temporal],
      ['Temporal UI', it.temporalUi],
      ['data', it.data],
      ['token', terminal.interactive ? token : `in ${it.tokenFile}`],
      ['sign-in', `${it.email}, first password in ${it.passwordFile}`],
    ]),
  );
  terminal.note('Crunch is up, and this account is signed in. Ctrl-C stops it.');
}

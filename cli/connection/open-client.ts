import type { CrunchClient } from '../../client/index.ts';
import type { Terminal } from '../output/terminal.ts';
import { resolveServer, type ServerOptions } from './resolve-server.ts';

/** A client of the server that a command is meant for. */
export async function openClient(terminal: Terminal, options: ServerOptions): Promise<CrunchClient> {
  const server = await resolveServer(options, terminal.env);
  const { createClient } = await import('../../client/index.ts');
  return createClient(server);
}

import { Option } from 'commander';
import { SCOPES, type Scope } from '../../shared/contract/endpoint.ts';
import type { Token } from '../../shared/contract/tokens.ts';
import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand, defineCommandGroup } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import { formatAge } from '../../shared/domain/format-time.ts';
import { printPage } from '../output/print-page.ts';
import type { Column } from '../output/render-table.ts';
import { collect } from '../values/collect.ts';
import { addPageOptions, type PageOptions } from '../values/page-options.ts';
import { parseDurationMs } from '../values/parse-duration.ts';
import { parseCount } from '../values/parse-number.ts';

interface CreateOptions extends ServerOptions {
  name: string;
  scope: Scope;
  /** Milliseconds. */
  expires?: number;
  project?: string[];
  pool?: string[];
}

const COLUMNS: Column<Token>[] = [
  { title: 'id', cell: (token) => token.id, align: 'right' },
  { title: 'name', cell: (token) => token.name },
  { title: 'begins with', cell: (token) => token.prefix },
  { title: 'scope', cell: (token) => token.scope },
  { title: 'of', cell: (token) => token.owner },
  { title: 'for', cell: (token) => [...token.projects, ...token.pools].join(', ') },
  { title: 'expires', cell: (token) => (token.revokedAt ? 'revoked' : formatAge(token.expiresAt)) },
  { title: 'last used', cell: (token) => token.lastUsedAt && formatAge(token.lastUsedAt) },
];

const addCreateCommand = defineCommand<[], CreateOptions>({
  name: 'create',
  summary: 'Make a token; it is printed once and cannot be shown again',
  example: 'crunch token create --name lab-server --scope host --pool lab --expires 90d',
  exitCodes: SERVER_COMMAND,
  configure: (command) =>
    addServerOptions(
      command
        .requiredOption('--name <name>', 'what it is for')
        .addOption(
          new Option('--scope <scope>', 'what it allows, from least to most; host stands apart')
            .choices(SCOPES)
            .makeOptionMandatory(),
        )
        .option('--expires <duration>', 'how long it is good for, such as 90d (default: 90d)', parseDurationMs)
        .option('--project <slug>', 'for a host: only datasets of this project (repeatable)', collect)
        .option('--pool <name>', 'for a host: only datasets of this pool (repeatable)', collect),
    ),
  async run(terminal, [], { name, scope, expires, project, pool, ...server }) {
    const client = await openClient(terminal, server);
    const expiresInSeconds = expires === undefined ? undefined : Math.round(expires / 1000);
    const token = await client.createToken({
      body: { name, scope, expiresInSeconds, projects: project, pools: pool },
    });
    terminal.note(`token ${token.id}, scope ${token.scope}, expires ${formatAge(token.expiresAt)}:`);
    terminal.printResult(token, (it) => it.token);
  },
});

const addListCommand = defineCommand<[], ServerOptions & PageOptions>({
  name: 'list',
  summary: 'List the tokens, without their secrets',
  example: 'crunch token list',
  exitCodes: SERVER_COMMAND,
  configure: (command) => addServerOptions(addPageOptions(command)),
  async run(terminal, [], { limit, cursor, ...server }) {
    const client = await openClient(terminal, server);
    await printPage(terminal, await client.listTokens({ query: { limit, cursor } }), COLUMNS);
  },
});

const addRevokeCommand = defineCommand<[id: number], ServerOptions>({
  name: 'revoke',
  summary: 'Revoke a token at once',
  example: 'crunch token revoke 7',
  exitCodes: [...SERVER_COMMAND, 4],
  configure: (command) => addServerOptions(command.argument('<id>', 'the number of the token', parseCount)),
  async run(terminal, [id], server) {
    const client = await openClient(terminal, server);
    await client.revokeToken({ params: { id } });
    terminal.printResult({ id }, () => `token ${id} is revoked`);
  },
});

export const addTokenCommand = defineCommandGroup({
  name: 'token',
  summary: 'Make, list and revoke tokens',
  example: 'crunch token create --name lab-server --scope host',
  members: [addCreateCommand, addListCommand, addRevokeCommand],
});

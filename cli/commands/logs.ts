import type { CrunchClient } from '../../client/index.ts';
import type { LogLine } from '../../shared/contract/logs.ts';
import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import { printable } from '../output/printable.ts';
import type { Terminal } from '../output/terminal.ts';
import { integerBetween } from '../values/parse-number.ts';

interface LogOptions {
  follow?: boolean;
  run?: number;
  grep?: string;
}

const PAGE_LINES = 5000;

export const addLogsCommand = defineCommand<[slug: string], ServerOptions & LogOptions>({
  name: 'logs',
  summary: 'Show what the stages of a dataset printed, while it runs and afterwards',
  details:
    'Each line has the time at which the host read it. With --json each is one JSON document with its number, stage and time. A run that a second host had to begin anew has the lines of both, one after the other.',
  example: 'crunch logs --follow penguins:torgersen',
  exitCodes: [...SERVER_COMMAND, 4, 12],
  configure: (command) =>
    addServerOptions(
      command
        .argument('<dataset>', 'the slug of the dataset')
        .option('-f, --follow', 'go on with what is printed from now on, until the run is over')
        .option('--run <n>', 'the number of the run (default: the last one)', integerBetween(1, 2 ** 31 - 1))
        .option('--grep <text>', 'only lines with this text, in upper or lower case'),
    ),
  async run(terminal, [slug], { follow, run, grep, ...server }) {
    const client = await openClient(terminal, server);
    const lines = follow ? linesToCome(client, slug, { run, grep }) : linesOf(client, slug, { run, grep });
    await terminal.printStream(render(terminal, lines));
  },
});

async function* linesOf(client: CrunchClient, slug: string, { run, grep }: LogOptions): AsyncGenerator<LogLine[]> {
  const { pagesOf } = await import('../../client/index.ts');
  yield* pagesOf(client.readLog, { params: { slug }, query: { run, grep, limit: PAGE_LINES } });
}

async function* linesToCome(client: CrunchClient, slug: string, { run, grep }: LogOptions): AsyncGenerator<LogLine[]> {
  const { followLog } = await import('../../client/index.ts');
  const wanted = grep?.toLowerCase() ?? '';
  for await (const { items } of followLog(client, { params: { slug }, query: { run } })) {
    yield items.filter(({ text }) => text.toLowerCase().includes(wanted));
  }
}

async function* render(terminal: Terminal, pages: AsyncIterable<LogLine[]>): AsyncGenerator<Uint8Array> {
  const toText = (line: LogLine) => (terminal.json ? JSON.stringify(line) : presentLine(terminal, line));
  for await (const lines of pages) yield Buffer.from(lines.map((line) => `${toText(line)}\n`).join(''));
}

function presentLine(terminal: Terminal, { at, text }: LogLine): string {
  const time = new Date(at).toLocaleString('sv-SE');
  return `${terminal.style('dim', time)} ${printable(text)}`;
}

import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { profilePath, rememberServer } from '../connection/profile.ts';
import { defineCommand } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import type { Terminal } from '../output/terminal.ts';

export const addLoginCommand = defineCommand<[url: string], { token?: string }>({
  name: 'login',
  summary: 'Keep the address of a server and a token for it, after checking both',
  details:
    'Without --token and CRUNCH_TOKEN the token is read from standard input, where no other user of the machine sees it. The profile lies in $XDG_CONFIG_HOME/crunch/profile.json (else ~/.config), readable for this account only.',
  example: 'crunch login https://crunch.example.org < token.txt',
  exitCodes: SERVER_COMMAND,
  configure: (command) =>
    command
      .argument('<url>', 'the address of the server')
      .option('--token <token>', 'a token for the server (CRUNCH_TOKEN; else standard input)'),
  async run(terminal, [address], options) {
    const { normalizeServerUrl } = await import('../../client/make-url.ts');
    const { createClient } = await import('../../client/index.ts');
    const url = normalizeServerUrl(address);
    const token = options.token || terminal.env['CRUNCH_TOKEN'] || (await readToken(terminal));
    const caller = await createClient({ url, token }).getCaller();
    await rememberServer({ url, token }, profilePath(terminal.env));
    terminal.printResult({ url, ...caller }, (it) => `signed in to ${url} as ${it.name} (scope ${it.scope})`);
  },
});

async function readToken({ stdin, stderr }: Terminal): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const input = createInterface({ input: stdin });
  if (stdin.isTTY) stderr.write('token: ');
  try {
    for await (const line of input) if (line.trim() !== '') return line.trim();
  } finally {
    input.close();
  }
  throw new CrunchError('invalid-input', 'No token is given. Add --token, or write it to standard input.');
}

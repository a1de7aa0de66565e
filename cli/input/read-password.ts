import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { InputStream } from '../output/terminal.ts';

interface PasswordSource {
  /** Where it is typed, or where it comes from by a pipe. */
  input: InputStream;
  /** Where the person is asked. */
  prompts: NodeJS.WritableStream;
  /** Whether all that comes is the password, without asking. */
  fromStdin: boolean;
}

/**
 * Reads a new password: typed twice without being shown, or the whole of what comes by a pipe. Never from the command
 * line, which other users of the computer see. Throws `invalid-input`, and `interrupted` for Ctrl-C.
 */
export async function readPassword({ input, prompts, fromStdin }: PasswordSource): Promise<string> {
  if (fromStdin) return (await text(input)).replace(/\r?\n$/, '');
  if (!input.isTTY) {
    throw new CrunchError('invalid-input', 'Nobody is there to type a password. Add --password-stdin and pipe it in.');
  }
  const [password, again] = await askHidden(['password: ', 'once more: '], { input, prompts });
  if (again !== password) throw new CrunchError('invalid-input', 'The two passwords differ. Nothing was changed.');
  return password;
}

type Answers<Prompts extends string[]> = { [Prompt in keyof Prompts]: string };

async function askHidden<const Prompts extends string[]>(
  asked: Prompts,
  { input, prompts }: Pick<PasswordSource, 'input' | 'prompts'>,
): Promise<Answers<Prompts>> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input, output: nowhere, terminal: true });
  reader.once('SIGINT', () => reader.close());
  const lines = reader[Symbol.asyncIterator]();
  const answers: string[] = [];
  try {
    for (const prompt of asked) {
      prompts.write(prompt);
      const { done, value } = await lines.next();
      prompts.write('\n');
      if (done === true) throw new CrunchError('interrupted', 'No password was given. Nothing was changed.');
      answers.push(value);
    }
  } finally {
    reader.close();
  }
  return answers as Answers<Prompts>;
}

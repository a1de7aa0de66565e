import { createInterface } from 'node:readline';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { InputStream } from '../output/terminal.ts';

interface LineSource {
  input: InputStream;
  /** Where the person is asked. */
  prompts: NodeJS.WritableStream;
  prompt: string;
}

/** What a person types as an answer, without blanks around it. Throws `interrupted` for Ctrl-C and for an end of input. */
export async function readLine({ input, prompts, prompt }: LineSource): Promise<string> {
  const reader = createInterface({ input });
  reader.once('SIGINT', () => reader.close());
  try {
    prompts.write(prompt);
    const { done, value } = await reader[Symbol.asyncIterator]().next();
    if (done === true) throw new CrunchError('interrupted', 'No answer was given. Nothing was changed.');
    return value.trim();
  } finally {
    reader.close();
  }
}

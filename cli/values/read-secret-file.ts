import { readFile } from 'node:fs/promises';
import { CrunchError } from '../../shared/errors/crunch-error.ts';

/**
 * The secret in the file that an environment variable names; undefined where it names none. Throws `invalid-input` that
 * names the variable and the file for one that can't be read or is empty.
 */
export async function readSecretFile(env: NodeJS.ProcessEnv, name: string): Promise<string | undefined> {
  const file = env[name];
  if (!file) return undefined;
  let secret: string;
  try {
    secret = (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new CrunchError('invalid-input', `${name} is ${file}, which can't be read (${reason}).`, { cause });
  }
  if (secret === '') throw new CrunchError('invalid-input', `${name} is ${file}, which is empty.`);
  return secret;
}

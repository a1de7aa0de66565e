import { InvalidArgumentError } from 'commander';
import { CrunchError } from '../../shared/errors/crunch-error.ts';

/** Reads an environment variable with the parser of an option. Throws `invalid-input` that names the variable. */
export function readVariable<T>(env: NodeJS.ProcessEnv, name: string, parse: (text: string) => T): T | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new CrunchError('invalid-input', `${name} is “${text}”. ${error.message}`, { cause: error });
  }
}

/** Reads a list that is separated by commas or blanks. */
export function readList(env: NodeJS.ProcessEnv, name: string): string[] {
  return (env[name] ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
}

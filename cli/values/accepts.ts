import { InvalidArgumentError } from 'commander';

/** Whether a reader of values takes a text. */
export function accepts(parse: (text: string) => unknown, text: string): boolean {
  return tryParse(parse, text) !== undefined;
}

/** What a reader of values makes of a text; undefined where it refuses it. */
export function tryParse<T>(parse: (text: string) => T, text: string): T | undefined {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof InvalidArgumentError) return undefined;
    throw error;
  }
}

import { InvalidArgumentError } from 'commander';

const WORDS: Record<string, boolean> = {
  ...{ true: true, t: true, yes: true, y: true, on: true, '1': true },
  ...{ false: false, f: false, no: false, n: false, off: false, '0': false },
};

/** Reads true/false, yes/no, on/off, t/f, y/n, 1/0. */
export function parseBoolean(text: string): boolean {
  const value = WORDS[text.toLowerCase()];
  if (value === undefined) throw new InvalidArgumentError('Give true or false.');
  return value;
}

import { InvalidArgumentError } from 'commander';

/** Reads any finite number. */
export function parseNumber(text: string): number {
  const number = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(number)) throw new InvalidArgumentError('Give a number.');
  return number;
}

/** Makes a reader of numbers from `smallest` to `largest`. */
export function numberBetween(smallest: number, largest: number): (text: string) => number {
  return (text) => inRange(parseNumber(text), smallest, largest);
}

/** Reads a whole number that is exact in JavaScript. */
export function parseInteger(text: string): number {
  if (!/^[+-]?\d+$/.test(text) || !Number.isSafeInteger(Number(text))) {
    throw new InvalidArgumentError('Give a whole number.');
  }
  return Number(text);
}

/** Makes a reader of whole numbers from `smallest` to `largest`. */
export function integerBetween(smallest: number, largest: number): (text: string) => number {
  return (text) => inRange(parseInteger(text), smallest, largest);
}

/** Reads a count: a whole number from 1. */
export const parseCount = integerBetween(1, Number.MAX_SAFE_INTEGER);

/** Reads a port that a server can be given. */
export const parsePort = integerBetween(1, 65_535);

function inRange(number: number, smallest: number, largest: number): number {
  if (number >= smallest && number <= largest) return number;
  throw new InvalidArgumentError(`Give a number from ${smallest} to ${largest}.`);
}

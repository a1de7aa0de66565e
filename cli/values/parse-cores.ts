import { availableParallelism } from 'node:os';
import { parseCount } from './parse-number.ts';

/** Reads a number of cores; `all` stands for all that this computer gives us. */
export function parseCores(text: string): number {
  return text === 'all' ? availableParallelism() : parseCount(text);
}

import { InvalidArgumentError } from 'commander';
import { readSizeBytes } from '../../shared/domain/read-size.ts';

/** Reads a number of bytes: `1048576`, `500MB` (decimal units) or `10GiB` (binary units). */
export function parseSizeBytes(text: string): number {
  const sizeBytes = readSizeBytes(text);
  if (sizeBytes === undefined) throw new InvalidArgumentError('Give a size such as 1048576, 500MB or 10GiB.');
  return sizeBytes;
}

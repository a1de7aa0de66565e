import { InvalidArgumentError } from 'commander';

const PREFIXES = ['', 'k', 'm', 'g', 't', 'p'];

/** Reads a number of bytes: `1048576`, `500MB` (decimal units) or `10GiB` (binary units). */
export function parseSizeBytes(text: string): number {
  const [, amount, prefix = '', binary] = /^(\d+(?:\.\d+)?)\s*(?:([kmgtp])?(i)?b?)?$/i.exec(text) ?? [];
  const sizeBytes = Math.round(Number(amount) * (binary ? 1024 : 1000) ** PREFIXES.indexOf(prefix.toLowerCase()));
  if (!Number.isSafeInteger(sizeBytes)) throw new InvalidArgumentError('Give a size such as 1048576, 500MB or 10GiB.');
  return sizeBytes;
}

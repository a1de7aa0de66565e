import type { BigIntStats } from 'node:fs';

/** Changes whenever a file is replaced, and also when another program writes into it. */
export function fileVersion(stats: BigIntStats): string {
  return [stats.ino, stats.size, stats.mtimeNs].map((part) => part.toString(36)).join('-');
}

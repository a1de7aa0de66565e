import { readFileSync } from 'node:fs';
import { packageFolder } from './package-folder.ts';

let version: string | undefined;

/** Crunch's version, from its package. */
export function readVersion(): string {
  const file = new URL('package.json', packageFolder());
  version ??= (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  return version;
}

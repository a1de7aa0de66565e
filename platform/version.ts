import { readFileSync } from 'node:fs';

let version: string | undefined;

/** Crunch's version, from its package. */
export function readVersion(): string {
  version ??= (JSON.parse(readFileSync(packageFile(), 'utf8')) as { version: string }).version;
  return version;
}

/** Beside this room from source, one folder further up when built. */
function packageFile(): URL {
  const levels = import.meta.url.endsWith('.ts') ? '../package.json' : '../../package.json';
  return new URL(levels, import.meta.url);
}

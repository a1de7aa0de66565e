import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { CrunchError } from '../../shared/errors/crunch-error.ts';

interface WebFile {
  /** Its extension, which stands for its type. */
  type: string;
  bytes: Buffer;
  zipped: Buffer;
}

interface WebFiles {
  /** The one HTML page. */
  page: string;
  /** By name, all that pages load. */
  files: ReadonlyMap<string, WebFile>;
}

/** Beside the compiled API, and where the build puts it when the sources are run. */
const PLACES = ['../../web/', '../../dist/web/'].map((place) => fileURLToPath(new URL(place, import.meta.url)));

/**
 * Reads the built web UI whole, about a megabyte, so that a running server keeps what fits together while an upgrade
 * replaces the files. Throws `internal` before a build.
 */
export function readWebFiles(): WebFiles {
  const root = PLACES.find((place) => existsSync(join(place, 'assets')));
  if (root === undefined) throw new CrunchError('internal', 'The web UI is not built: run “npm run build”.');
  const assets = join(root, 'assets');
  const files = readdirSync(assets).map((name): [string, WebFile] => {
    const bytes = readFileSync(join(assets, name));
    return [name, { type: extname(name), bytes, zipped: gzipSync(bytes, { level: 9 }) }];
  });
  return { page: readFileSync(join(root, 'index.html'), 'utf8'), files: new Map(files) };
}

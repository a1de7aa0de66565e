import { itemsOf, type CrunchClient } from '../../client/index.ts';
import type { DatasetFile } from '../../shared/contract/files.ts';
import { keptInput } from '../../shared/domain/manifest.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { WantedFile } from './wanted-file.ts';

/** Which files of a dataset are wanted. */
export interface Choice {
  /** Files, and folders of the dataset; all files when empty. */
  paths: readonly string[];
  /** Only inputs, and those that a run changed as they were before. */
  originals: boolean;
}

/** Lists the wanted files of a dataset. Throws `not-found` for a path that names none. */
export async function listWanted(
  client: CrunchClient,
  dataset: string,
  { paths, originals }: Choice,
  signal: AbortSignal,
): Promise<WantedFile[]> {
  const missing = new Set(paths.map((path) => path.replace(/^\.\/|\/+$/g, '')));
  const wanted = [...missing];
  const files: WantedFile[] = [];
  const all = itemsOf(client.listFiles, { params: { slug: dataset }, query: { limit: 1000 } }, { signal });
  for await (const file of all) {
    if (originals && file.origin === 'result') continue;
    const matches = wanted.filter((path) => file.path === path || file.path.startsWith(`${path}/`));
    for (const path of matches) missing.delete(path);
    if (wanted.length === 0 || matches.length > 0) files.push(originals ? asItWas(file) : asItIs(file));
  }
  if (missing.size === 0) return files;
  const kind = originals ? 'input' : 'file';
  throw new CrunchError('not-found', `${dataset} has no ${kind} or folder ${[...missing].join(', ')}.`);
}

function asItIs({ path, size, sha256 }: DatasetFile): WantedFile {
  return { path, source: path, size, sha256 };
}

/** The catalog doesn't know the size of an original. */
function asItWas(file: DatasetFile): WantedFile {
  const { path, originalSha256 } = file;
  if (!originalSha256) return asItIs(file);
  return { path, source: keptInput(originalSha256), size: null, sha256: originalSha256 };
}

import { listFiles, type FileRecord } from '../../catalog/files.ts';
import { locateDataset } from '../../catalog/locate-dataset.ts';
import type { fileEndpoints } from '../../shared/contract/files.ts';
import { workspaceName } from '../../shared/domain/slug.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { ApiContext } from '../context.ts';
import type { HandlersOf } from '../handler.ts';
import { pathInStorage } from '../lease-paths.ts';
import { zipFiles } from '../zip-files.ts';

/** A zip's table of contents is kept in memory until its end. */
const MOST_FILES = 50_000;

const PAGE_SIZE = 1000;

export const archiveHandlers: HandlersOf<Pick<typeof fileEndpoints, 'getArchive'>> = {
  async getArchive({ catalog, storage }, { params, signal }) {
    const place = await locateDataset(catalog, params.slug);
    const files = await listAllFiles(catalog, params.slug);
    const name = workspaceName(params.slug);
    const open = async (path: string) => (await storage.read(pathInStorage(place, path), { signal })).stream;
    return { ...zipFiles(name, files, open), offset: 0, fileName: `${name}.zip` };
  },
};

async function listAllFiles(catalog: ApiContext['catalog'], slug: string): Promise<FileRecord[]> {
  const files: FileRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await listFiles(catalog, slug, { cursor, limit: PAGE_SIZE });
    files.push(...page.items);
    if (files.length > MOST_FILES) {
      const message = `${slug} has more than ${MOST_FILES} files, too many for one zip. Use \`crunch download ${slug}\`.`;
      throw new CrunchError('too-large', message);
    }
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return files;
}

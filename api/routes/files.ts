import path from 'node:path';
import type { Standing } from '../../catalog/access.ts';
import { listFiles } from '../../catalog/files.ts';
import { locateDataset } from '../../catalog/locate-dataset.ts';
import type { fileEndpoints } from '../../shared/contract/files.ts';
import { isCrunchPath, LOGS_FOLDER } from '../../shared/domain/manifest.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { isKeptInput, pathInStorage } from '../lease-paths.ts';
import type { HandlersOf } from '../handler.ts';
import { presentFile } from '../presenters/present-file.ts';
import { presentPage } from '../presenters/present-page.ts';
import { putFile } from '../put-file.ts';

export const fileHandlers: HandlersOf<Omit<typeof fileEndpoints, 'getArchive'>> = {
  async listFiles({ catalog }, { params, query }) {
    return presentPage(await listFiles(catalog, params.slug, query), presentFile);
  },

  async getFile({ catalog, storage }, { params, standing, signal, resumeAt }) {
    assertReadable(standing, params);
    const place = await locateDataset(catalog, params.slug);
    const object = await storage.stat(pathInStorage(place, params.path), { signal });
    if (object === undefined) throw new CrunchError('not-found', `${params.slug} has no file “${params.path}”.`);
    const { version, sizeBytes } = object;
    const wanted = resumeAt(version);
    const offset = wanted < sizeBytes ? wanted : 0;
    const { stream } = await storage.read(object.path, { offset, ifVersion: version, signal });
    return { stream, offset, sizeBytes, version, fileName: path.posix.basename(params.path) };
  },

  async putFile(context, call) {
    return presentFile(await putFile(context, call));
  },
};

/** What Crunch keeps beside a dataset's own files tells of hosts, and logs of more. */
function assertReadable({ right, mayReadLogs }: Standing, { slug, path: file }: { slug: string; path: string }): void {
  if (right !== 'visit' || !isCrunchPath(file) || isKeptInput(file) || (mayReadLogs && isLog(file))) return;
  throw new CrunchError('not-found', `${slug} has no file “${file}”.`);
}

function isLog(file: string): boolean {
  return file.startsWith(`${LOGS_FOLDER}/`);
}

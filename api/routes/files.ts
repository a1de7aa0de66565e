import path from 'node:path';
import type { Standing } from '../../catalog/access.ts';
import { isFreePath } from '../../catalog/base-paths.ts';
import { listFiles, recordFile } from '../../catalog/files.ts';
import { locateDataset, type DatasetPlace } from '../../catalog/locate-dataset.ts';
import type { fileEndpoints } from '../../shared/contract/files.ts';
import { CRUNCH_FOLDER, isCrunchPath, LOGS_FOLDER } from '../../shared/domain/manifest.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { isKeptInput, pathInStorage } from '../lease-paths.ts';
import type { HandlersOf } from '../handler.ts';
import { presentFile } from '../presenters/present-file.ts';
import { presentPage } from '../presenters/present-page.ts';

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

  async putFile({ catalog, storage }, { params, query, body, caller, signal }) {
    assertWritable(params.path);
    const place = await locateDataset(catalog, params.slug);
    assertAtRest(place);
    const expected = { sizeBytes: body.sizeBytes, sha256: query.sha256 };
    const inStorage = pathInStorage(place, params.path);
    await storage.write(inStorage, body.stream, { ...expected, signal }).catch(blameSender);
    try {
      return presentFile(await recordFile(catalog, place.id, { path: params.path, ...expected }, caller));
    } catch (error) {
      // Its dataset was deleted meanwhile, maybe with all files: this one came too late to be among them.
      if (await isFreePath(catalog, place.basePath)) await storage.delete(inStorage);
      throw error;
    }
  },
};

/** Here it is the sender who declared what arrived otherwise. */
function blameSender(error: unknown): never {
  if (!(error instanceof CrunchError) || error.code !== 'storage-corrupt') throw error;
  throw new CrunchError(
    'invalid-input',
    'What arrived has another size or SHA-256 than announced: it was damaged on the way, or the file changed while it ' +
      'was sent. Nothing was stored; send it again.',
    { cause: error },
  );
}

/** What Crunch keeps beside a dataset's own files tells of hosts, and logs of more. */
function assertReadable({ right, mayReadLogs }: Standing, { slug, path: file }: { slug: string; path: string }): void {
  if (right !== 'visit' || !isCrunchPath(file) || isKeptInput(file) || (mayReadLogs && isLog(file))) return;
  throw new CrunchError('not-found', `${slug} has no file “${file}”.`);
}

function isLog(file: string): boolean {
  return file.startsWith(`${LOGS_FOLDER}/`);
}

function assertWritable(file: string): void {
  if (!isCrunchPath(file)) return;
  throw new CrunchError('not-allowed', `The folder ${CRUNCH_FOLDER} is Crunch’s own: give “${file}” another name.`);
}

function assertAtRest({ slug, state }: DatasetPlace): void {
  if (state !== 'queued' && state !== 'running') return;
  throw new CrunchError('conflict', `${slug} is ${state}: cancel it, or wait, before you change its files.`);
}

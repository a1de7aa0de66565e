import path from 'node:path';
import { listFiles, recordFile } from '../../catalog/files.ts';
import { locateDataset, type DatasetPlace } from '../../catalog/locate-dataset.ts';
import type { fileEndpoints } from '../../shared/contract/files.ts';
import { CRUNCH_FOLDER, isCrunchPath } from '../../shared/domain/manifest.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { pathInStorage } from '../lease-paths.ts';
import { assertSees } from '../auth/caller.ts';
import type { HandlersOf } from '../handler.ts';
import { presentFile } from '../presenters/present-file.ts';
import { presentPage } from '../presenters/present-page.ts';

export const fileHandlers: HandlersOf<Omit<typeof fileEndpoints, 'getArchive'>> = {
  async listFiles({ catalog }, { params, query, caller }) {
    assertSees(caller, params.slug);
    return presentPage(await listFiles(catalog, params.slug, query), presentFile);
  },

  async getFile({ catalog, storage }, { params, caller, signal, resumeAt }) {
    assertSees(caller, params.slug);
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
    assertSees(caller, params.slug);
    assertWritable(params.path);
    const place = await locateDataset(catalog, params.slug);
    assertAtRest(place);
    const expected = { sizeBytes: body.sizeBytes, sha256: query.sha256 };
    await storage.write(pathInStorage(place, params.path), body.stream, { ...expected, signal }).catch(blameSender);
    return presentFile(await recordFile(catalog, params.slug, { path: params.path, ...expected }));
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

function assertWritable(file: string): void {
  if (!isCrunchPath(file)) return;
  throw new CrunchError('not-allowed', `The folder ${CRUNCH_FOLDER} is Crunch’s own: give “${file}” another name.`);
}

function assertAtRest({ slug, state }: DatasetPlace): void {
  if (state !== 'queued' && state !== 'running') return;
  throw new CrunchError('conflict', `${slug} is ${state}: cancel it, or wait, before you change its files.`);
}

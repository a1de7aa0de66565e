import { recordFile, whileNoFile, type FileRecord } from '../catalog/files.ts';
import { locateDataset, type DatasetPlace } from '../catalog/locate-dataset.ts';
import { requestLateRemoval } from '../catalog/storage-removals.ts';
import type { fileEndpoints } from '../shared/contract/files.ts';
import { CRUNCH_FOLDER, isCrunchPath } from '../shared/domain/manifest.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { findContent } from '../storage/transfer/find-content.ts';
import { assertMay } from './auth/authorize.ts';
import type { ApiContext } from './context.ts';
import type { Call } from './handler.ts';
import { pathInStorage } from './lease-paths.ts';
import { whileInForce } from './while-in-force.ts';

type PutFileCall = Call<(typeof fileEndpoints)['putFile']>;

/** How long what came too late may take to go, while a dataset is locked. */
const WITHDRAW_MS = 30_000;

/**
 * Puts an input in place as its bytes come, which may take hours: its dataset may be deleted meanwhile, and another one get
 * its place. So the file is put there only while the dataset is there, at rest and open to the caller, and over nothing but
 * what lay there at the beginning; what came too late all the same is taken away.
 */
export async function putFile(context: ApiContext, call: PutFileCall): Promise<FileRecord> {
  const { catalog, storage } = context;
  const { params, query, body, caller, signal } = call;
  assertWritable(params.path);
  const place = await locateDataset(catalog, params.slug);
  assertAtRest(place);
  const path = pathInStorage(place, params.path);
  const content = { sizeBytes: body.sizeBytes, sha256: query.sha256 };
  const before = await storage.stat(path, { signal });
  const stream = whileInForce({ assertInForce: () => assertStillMay(context, call, place.id) }, body.stream);
  const options = { ...content, ifVersion: before?.version ?? null, signal };
  const version = await storage.write(path, stream, options).then(
    (written) => written.version,
    async (error: unknown) => {
      if (hasCode(error, 'storage-corrupt')) throw blameSender(error);
      if (!hasCode(error, 'precondition-failed')) throw error;
      // Somebody else has put something there meanwhile. The same bytes are as good, but not ours to take away.
      if ((await findContent(storage, path, content, { signal })) === undefined) throw isChanged(params.path);
      return undefined;
    },
  );
  try {
    return await recordFile(catalog, place.id, { path: params.path, ...content }, caller);
  } catch (error) {
    if (hasCode(error, 'not-found') && version !== undefined)
      await withdraw(context, place, { path, version, by: caller.name });
    throw error;
  }
}

/** Throws what `putFile` would if it were asked for now. */
async function assertStillMay({ catalog }: ApiContext, { identifyAgain }: PutFileCall, id: number): Promise<void> {
  const caller = await identifyAgain();
  if (caller === undefined) {
    throw new CrunchError('not-signed-in', 'Your token or session ended while the file was sent. Nothing was stored.');
  }
  const place = await locateDataset(catalog, id);
  await assertMay(catalog, caller, 'edit', place.slug);
  assertAtRest(place);
}

async function withdraw(
  { catalog, storage, logger }: ApiContext,
  { basePath }: DatasetPlace,
  { path, version, by }: { path: string; version: string; by: string },
): Promise<void> {
  try {
    if (await requestLateRemoval(catalog, basePath, by)) return;
    const options = { ifVersion: version, signal: AbortSignal.timeout(WITHDRAW_MS) };
    await whileNoFile(catalog, path, () => storage.delete(path, options));
  } catch (error) {
    // Then it is another one's, and ours is gone.
    if (hasCode(error, 'precondition-failed')) return;
    logger.error({ err: error, path }, 'a file whose dataset was deleted while it was sent could not be removed');
  }
}

function isChanged(file: string): CrunchError {
  return new CrunchError(
    'conflict',
    `Somebody else changed “${file}” while it was sent. Look at it, and send it again.`,
  );
}

function hasCode(error: unknown, code: CrunchError['code']): boolean {
  return error instanceof CrunchError && error.code === code;
}

/** Here it is the sender who declared what arrived otherwise. */
function blameSender(cause: unknown): CrunchError {
  return new CrunchError(
    'invalid-input',
    'What arrived has another size or SHA-256 than announced: it was damaged on the way, or the file changed while it ' +
      'was sent. Nothing was stored; send it again.',
    { cause },
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

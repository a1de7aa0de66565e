import { createHash, randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { CRUNCH_FOLDER } from '../shared/domain/manifest.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import type { PresignedRequest, Storage } from '../storage/storage.ts';

/** Lies beside the datasets, and in no dataset. */
const PROOF = `${CRUNCH_FOLDER}/proof`;

interface StoredProof {
  content: string;
  version: string;
}

/** So soon a copy of the storage, such as a backup elsewhere, is no longer taken for the storage. */
const LIFETIME_MS = 10 * 60_000;

/** By what a host can tell that it reaches the server's own storage. */
interface StorageProof {
  path: string;
  sha256: string;
  version: string;
  signedRead: PresignedRequest | null;
}

/** Sees to it that a file with random content is in the storage, which is not old, and describes it. */
export async function proveStorage(storage: Storage): Promise<StorageProof> {
  const found = await readProof(storage);
  const { content, version } = found && isFresh(found.content) ? found : await renew(storage, found?.version);
  const signedRead = (await storage.presign?.read(PROOF)) ?? null;
  return { path: PROOF, sha256: hash(content), version, signedRead };
}

async function readProof(storage: Storage): Promise<StoredProof | undefined> {
  try {
    const { info, stream } = await storage.read(PROOF);
    return { content: await text(stream), version: info.version };
  } catch (error) {
    if (error instanceof CrunchError && error.code === 'not-found') return undefined;
    throw error;
  }
}

/** Another server may do so in the same moment; then its proof counts. */
async function renew(storage: Storage, ifVersion: string | null = null): Promise<StoredProof> {
  const content = `${new Date().toISOString()} ${randomBytes(32).toString('hex')}\n`;
  const options = { sizeBytes: content.length, sha256: hash(content), ifVersion };
  try {
    return { content, ...(await storage.write(PROOF, Buffer.from(content), options)) };
  } catch (error) {
    const isOutrun = error instanceof CrunchError && error.code === 'precondition-failed';
    const other = isOutrun ? await readProof(storage) : undefined;
    if (other === undefined) throw error;
    return other;
  }
}

function isFresh(content: string): boolean {
  const ageMs = Date.now() - Date.parse(content.split(' ', 1)[0] ?? '');
  return Math.abs(ageMs) < LIFETIME_MS;
}

function hash(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

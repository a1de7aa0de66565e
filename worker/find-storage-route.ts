import { createHash } from 'node:crypto';
import { access, constants } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { createClient, type CrunchClient } from '../client/index.ts';
import type { Secrets } from '../platform/secrets.ts';
import type { HostConfig } from '../shared/contract/hosts.ts';
import { openStorage } from '../storage/open-storage.ts';
import { readSigned } from '../storage/read-signed.ts';
import { readStorageSettings, secretsIn } from '../storage/storage-settings.ts';
import type { ObjectContent, Storage } from '../storage/storage.ts';
import { withRetries } from '../storage/with-retries.ts';

/** How a computer reaches the files of datasets: directly, or through the server. */
export type StorageRoute =
  | { kind: 'direct'; storage: Storage }
  /** `reachesStore`: bytes may go to the store itself, by requests that the server signs. */
  | { kind: 'server'; reachesStore: boolean };

export interface StorageSearch {
  config: HostConfig;
  /** Of the person who runs the host, with credentials of their own. */
  settingsFile: string | undefined;
  url: string;
  token: string;
  /** Gets those that the settings hold, where programs will run. */
  secrets?: Secrets;
}

/** A file of a few bytes; so long nobody waits for one who may not answer at all. */
const PROBE_TIMEOUT_MS = 5_000;

/** The proof is a line of text. */
const MOST_PROOF_BYTES = 1024;

/** The proof may be renewed between two looks at it. */
const LOOKS = 3;

/**
 * Finds out how files are reached from here: by the person's own settings; as the server does where the server's folder
 * is here; else through the server, which needs nothing but the token.
 */
export async function findStorageRoute(search: StorageSearch): Promise<StorageRoute> {
  const { config, settingsFile, url, token, secrets } = search;
  if (settingsFile !== undefined) {
    const settings = await readStorageSettings(settingsFile);
    secrets?.add(...secretsIn(settings));
    return direct(openStorage(settings));
  }
  const client = createClient({ url, token, retryDelaysMs: [] });
  if (config.storage.kind === 's3') return { kind: 'server', reachesStore: await canReachStore(client) };
  const folder = await findServersFolder(client, config.storage.path);
  return folder === undefined ? { kind: 'server', reachesStore: false } : direct(folder);
}

function direct(storage: Storage): StorageRoute {
  return { kind: 'direct', storage };
}

/**
 * The server's folder, if this computer has it: not another one of the same name, nor a copy of it. Undefined when it is
 * not here, or this account may not use it.
 */
async function findServersFolder(client: CrunchClient, path: string): Promise<Storage | undefined> {
  try {
    await access(path, constants.R_OK | constants.W_OK);
  } catch {
    return undefined;
  }
  const folder = openStorage({ kind: 'folder', path });
  if (await isProven(client, ({ path: proof }) => folder.read(proof))) return folder;
  await folder.close();
  return undefined;
}

/** Whether what answers at the store's address is the server's store. */
function canReachStore(client: CrunchClient): Promise<boolean> {
  return isProven(client, async ({ signedRead }) => {
    if (signedRead === null) throw new Error('the store signs nothing');
    return readSigned(signedRead, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
  });
}

type Proof = Awaited<ReturnType<CrunchClient['proveStorage']>>;

async function isProven(client: CrunchClient, read: (proof: Proof) => Promise<ObjectContent>): Promise<boolean> {
  for (let look = 1; look <= LOOKS; look += 1) {
    const proof = await withRetries({}, () => client.proveStorage());
    const found = await read(proof)
      .then(describe)
      .catch(() => undefined);
    if (found === undefined) return false;
    if (found.sha256 === proof.sha256 && found.version === proof.version) return true;
  }
  return false;
}

/** Of a file of a few bytes: whatever lies there instead is not read on. */
async function describe({ info, stream }: ObjectContent): Promise<Pick<Proof, 'sha256' | 'version'> | undefined> {
  if (info.sizeBytes > MOST_PROOF_BYTES) {
    stream.destroy();
    return undefined;
  }
  return {
    sha256: createHash('sha256')
      .update(await buffer(stream))
      .digest('hex'),
    version: info.version,
  };
}

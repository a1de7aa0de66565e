import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { Client, Connection } from '@temporalio/client';
import { startServer } from '../../api/start-server.ts';
import { openCatalog, type Catalog } from '../../catalog/open-catalog.ts';
import { createToken, type NewTokenInput } from '../../catalog/tokens.ts';
import { createClient, type CrunchClient } from '../../client/index.ts';
import type { HostConfig } from '../../shared/contract/hosts.ts';
import { createLogger } from '../../platform/logger.ts';
import { openStorage } from '../../storage/open-storage.ts';
import type { S3Settings, StorageSettings } from '../../storage/storage-settings.ts';
import type { Storage } from '../../storage/storage.ts';
import { fetchChecked } from './check-answers.ts';

export interface TestApiOptions {
  databaseUrl: string;
  /** Without one, Temporal can't be reached. */
  temporal?: { address: string; namespace: string };
  allowedWorkflowHosts?: string[];
  /** A folder of the test's own when absent. */
  storage?: S3Settings;
  /** What hosts are told of the storage; the truth when absent. */
  toldStorage?: HostConfig['storage'];
  /** Puts something before the storage. */
  wrapStorage?: (storage: Storage) => Storage;
  trustedProxies?: string[];
  requestsPerSecond?: number;
  /** The clock by which failures to sign in are counted. */
  now?: () => number;
}

/** A whole API over a real catalog and storage, driven as its users do: over HTTP. */
export interface TestApi {
  url: string;
  port: number;
  catalog: Catalog;
  storage: Storage;
  temporal: Client;
  /** The folder of the storage, where that is one. */
  folder: string;
  /** All that was logged. */
  readLog(): string;
  /** A new token's secret. */
  makeToken(token?: Partial<NewTokenInput>): Promise<string>;
  /** A client with a new token, by default of the scope `admin`. Each answer is checked against the contract. */
  signIn(token?: Partial<NewTokenInput>): Promise<CrunchClient>;
  stop(): Promise<void>;
}

/** The port of the discard service, on which nothing listens. */
const NO_TEMPORAL = { address: '127.0.0.1:9', namespace: 'default' };

export async function startTestApi(options: TestApiOptions): Promise<TestApi> {
  const folder = await mkdtemp(path.join(tmpdir(), 'crunch-api-'));
  const catalog = openCatalog({ databaseUrl: options.databaseUrl });
  const opened = openStorage(options.storage ?? { kind: 'folder', path: folder });
  const storage = options.wrapStorage?.(opened) ?? opened;
  const { address, namespace } = options.temporal ?? NO_TEMPORAL;
  const connection = Connection.lazy({ address });
  const temporal = new Client({ connection, namespace });
  const log = collectLines();
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    catalog,
    storage,
    temporal,
    now: options.now,
    logger: createLogger({ name: 'server', level: 'debug', pretty: false, destination: log.stream }),
    config: {
      version: '0.0.0-test',
      temporal: { address, namespace, tls: false },
      temporalUi: null,
      storage: options.toldStorage ?? describeStorage(options.storage ?? { kind: 'folder', path: folder }),
      freeBytes: 1_000_000,
      hostSilentAfterMs: 45_000,
      allowedWorkflowHosts: options.allowedWorkflowHosts ?? [],
      requestsPerSecond: options.requestsPerSecond ?? 1000,
      trustedProxies: options.trustedProxies ?? [],
    },
  });
  const makeToken: TestApi['makeToken'] = async (token) => {
    const all = { name: 'a test', scope: 'admin', expiresInSeconds: 3600, projects: [], pools: [] } as const;
    return (
      await createToken(
        catalog,
        { ...all, ...token, projects: token?.projects ?? [], pools: token?.pools ?? [] },
        { name: 'a test' },
      )
    ).token;
  };
  return {
    url: server.url,
    port: server.port,
    catalog,
    storage,
    temporal,
    folder,
    readLog: log.read,
    makeToken,
    signIn: async (token) =>
      createClient({ url: server.url, token: await makeToken(token), fetch: fetchChecked, retryDelaysMs: [] }),
    async stop() {
      await server.stop();
      await Promise.all([catalog.close(), storage.close()]);
      // Where nothing answers, the library goes on trying, and falls over a closed connection.
      if (options.temporal !== undefined) await connection.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function describeStorage(settings: StorageSettings): HostConfig['storage'] {
  if (settings.kind === 'folder') return settings;
  const { kind, bucket, prefix, region, endpoint = null, forcePathStyle = false } = settings;
  return { kind, bucket, prefix, region, endpoint, forcePathStyle };
}

function collectLines() {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  return { stream, read: () => lines.join('') };
}

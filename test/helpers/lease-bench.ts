import { createHash, randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { admitDatasets } from '../../catalog/admission.ts';
import { createDataset } from '../../catalog/create-dataset.ts';
import type { LeaseKey } from '../../catalog/lease-tickets.ts';
import { markRunClaimed } from '../../catalog/run-events.ts';
import { createClient, type CrunchClient } from '../../client/index.ts';
import { ApiStorage } from '../../storage/api-storage.ts';
import type { S3Settings } from '../../storage/storage-settings.ts';
import { createLeaseServer } from '../../worker/lease-server.ts';
import { addHost, addProject } from '../setup/catalog.ts';
import type { TestServices } from '../setup/test-services.ts';
import { fetchChecked } from './check-answers.ts';
import { startTestApi, type TestApi, type TestApiOptions } from './test-api.ts';

const DEFAULTS = { timing: { heartbeatTimeoutMs: 1000, graceMs: 1000, killGraceMs: 1000 }, freeBytes: 0 };
const HOST = 'lab';

/** A host's hold on a dataset. */
export interface BenchLease extends LeaseKey {
  dataset: string;
  basePath: string;
}

interface OpenOptions {
  /** Another address of the server, such as a proxy's. */
  url?: string;
  reachesStore?: boolean;
}

/** An API with datasets that a host holds, and the host's side of their files. */
export class LeaseBench {
  readonly api: TestApi;
  readonly token: string;
  readonly client: CrunchClient;

  private constructor(api: TestApi, token: string) {
    this.api = api;
    this.token = token;
    this.client = this.connect(token);
  }

  static async start(databaseUrl: string, options: Omit<TestApiOptions, 'databaseUrl'> = {}): Promise<LeaseBench> {
    const api = await startTestApi({ databaseUrl, ...options });
    for (const name of ['own', 'other']) await addProject(api.catalog, { name });
    await addHost(api.catalog, { name: HOST });
    return new LeaseBench(api, await api.makeToken({ scope: 'host' }));
  }

  /** A client of the API that tries nothing twice, as hosts use it for files. */
  connect(token: string): CrunchClient {
    return createClient({ url: this.api.url, token, fetch: fetchChecked, retryDelaysMs: [] });
  }

  /** A dataset that waits for a host, and the lease by which one is about to take it. */
  async offer({ project = 'own', basePath = `files/${randomUUID()}` } = {}): Promise<BenchLease> {
    const rest = { description: '', details: '', priority: 3, held: false, queue: true };
    const { slug } = await createDataset(
      this.api.catalog,
      { project, name: randomUUID(), basePath, ...rest },
      { name: 'bench' },
    );
    const [run] = await admitDatasets(this.api.catalog, DEFAULTS);
    if (!run) throw new Error('nothing was admitted');
    return { dataset: slug, basePath, runId: run.runId, leaseNumber: 1, host: HOST, boot: `boot-${HOST}` };
  }

  /** The catalog hears that a host has claimed a lease. */
  async claim({ runId, leaseNumber, host, boot }: LeaseKey): Promise<void> {
    await markRunClaimed(this.api.catalog, { runId, leaseNumber, host, boot, stage: 'download' });
  }

  async hold(dataset?: { project?: string; basePath?: string }): Promise<BenchLease> {
    const lease = await this.offer(dataset);
    await this.claim(lease);
    return lease;
  }

  async ticketOf({ runId, leaseNumber, host, boot }: LeaseKey): Promise<string> {
    const answer = await this.client.requestTicket({ params: { id: runId }, body: { leaseNumber, host, boot } });
    return answer.ticket;
  }

  /** What the host that holds the lease reads and writes by. */
  open({ runId, leaseNumber, host, boot, basePath }: BenchLease, options: OpenOptions = {}): ApiStorage {
    const { url = this.api.url, reachesStore = false } = options;
    const { token } = this;
    const client = createClient({ url, token, retryDelaysMs: [] });
    const server = createLeaseServer({ client, url, token, runId, leaseNumber, host, boot });
    return new ApiStorage({ server, basePath, reachesStore });
  }

  /** Puts a file into the storage, past the API. */
  async store(path: string, words: string): Promise<void> {
    await this.api.storage.write(path, Buffer.from(words), describeContent(Buffer.from(words)));
  }

  /** What a file in the storage holds; undefined when there is none. */
  async textOf(path: string): Promise<string | undefined> {
    if ((await this.api.storage.stat(path)) === undefined) return undefined;
    return text((await this.api.storage.read(path)).stream);
  }

  stop(): Promise<void> {
    return this.api.stop();
  }
}

/** What a write has to declare of its content. */
export function describeContent(content: Uint8Array): { sizeBytes: number; sha256: string } {
  return { sizeBytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}

/** The test's S3 server, as a storage below a prefix of the test's own. */
export function s3Settings(server: TestServices['s3'], prefix: string): S3Settings {
  const { bucket, region, endpoint, accessKeyId, secretAccessKey } = server;
  const credentials = { accessKeyId, secretAccessKey };
  return { kind: 's3', bucket, prefix, region, endpoint, forcePathStyle: true, credentials };
}

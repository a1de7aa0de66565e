import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Manifest } from '../../shared/domain/manifest.ts';
import { FolderStorage } from '../../storage/folder-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { downloadDataset, type DownloadedDataset } from '../../storage/transfer/download-dataset.ts';
import { publishManifest } from '../../storage/transfer/publish-manifest.ts';
import type { TransferOptions } from '../../storage/transfer/transfer-progress.ts';
import { uploadResults, type UploadedResults, type UploadOptions } from '../../storage/transfer/upload-results.ts';

type Files = Record<string, string>;

const STORAGE_FOLDER = 'storage';

/** One dataset in a storage and a workspace for it, with what tests of transfers do to both. */
export class TransferBench {
  readonly storage: Storage;
  readonly basePath = `datasets/${randomUUID()}`;
  readonly folder: string;
  runId = 'run-1';
  leaseNumber = 1;

  private constructor(storage: Storage, folder: string) {
    this.storage = storage;
    this.folder = folder;
  }

  static async open(storage: Storage): Promise<TransferBench> {
    return new TransferBench(storage, await makeFolder());
  }

  /** With a storage folder of its own, `storageFolder`. */
  static async openOnFolder(): Promise<TransferBench> {
    const folder = await makeFolder();
    await mkdir(join(folder, STORAGE_FOLDER));
    return new TransferBench(new FolderStorage(join(folder, STORAGE_FOLDER)), folder);
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }

  /** Where the storage keeps its files, for a bench that was opened on a folder. */
  get storageFolder(): string {
    return join(this.folder, STORAGE_FOLDER);
  }

  get workspace(): string {
    return join(this.folder, 'workspace');
  }

  startRun(leaseNumber = this.leaseNumber + 1): void {
    this.runId = `run-${leaseNumber}`;
    this.leaseNumber = leaseNumber;
  }

  /** Another host: nothing of the dataset is there. */
  async moveToFreshHost(): Promise<void> {
    await rm(this.workspace, { recursive: true, force: true });
  }

  async store(files: Files): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      const content = Buffer.from(text);
      const sha256 = createHash('sha256').update(content).digest('hex');
      await this.storage.write(`${this.basePath}/${path}`, content, { sizeBytes: content.length, sha256 });
    }
  }

  /** What lies in the dataset's folder in storage, but for Crunch's own. */
  async stored(): Promise<Files> {
    const files: Files = {};
    for await (const { path } of this.storage.list(this.basePath)) {
      const own = path.slice(this.basePath.length + 1);
      if (!own.startsWith('.crunch/')) files[own] = String(await buffer((await this.storage.read(path)).stream));
    }
    return files;
  }

  async put(files: Files): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(this.workspace, path)), { recursive: true });
      await writeFile(join(this.workspace, path), text);
    }
  }

  /** What lies in the workspace, but for Crunch's own. */
  async local(): Promise<Files> {
    const files: Files = {};
    for (const name of await readdir(this.workspace, { recursive: true })) {
      const file = join(this.workspace, name);
      if (!name.startsWith('.crunch') && (await stat(file)).isFile()) files[name] = await readFile(file, 'utf8');
    }
    return files;
  }

  download(more: TransferOptions = {}): Promise<DownloadedDataset> {
    const { storage, basePath, workspace } = this;
    return downloadDataset({ storage, basePath, workspace, ...more });
  }

  upload(more: Partial<UploadOptions> = {}): Promise<UploadedResults> {
    const { storage, basePath, workspace, runId, leaseNumber } = this;
    const names = { dataset: 'project:dataset', host: 'host-a', revision: 'f'.repeat(64) };
    return uploadResults({ storage, basePath, workspace, runId, leaseNumber, ...names, mayPublish: () => {}, ...more });
  }

  publish(): Promise<Manifest> {
    const { storage, basePath, runId, leaseNumber } = this;
    return publishManifest({ storage, basePath, runId, leaseNumber, isRunOfDataset: async () => true });
  }
}

function makeFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'crunch-transfer-'));
}

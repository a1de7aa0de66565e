import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { getDataset } from '../../catalog/datasets.ts';
import type { CrunchClient } from '../../client/index.ts';
import { connectTemporalWorker } from '../../platform/temporal-worker-connection.ts';
import type { HostConfig } from '../../shared/contract/hosts.ts';
import { findStorageRoute } from '../../worker/find-storage-route.ts';
import { startControlWorker } from '../../worker/run-control.ts';
import { runHost } from '../../worker/run-host.ts';
import type { HostEvent } from '../../worker/host-options.ts';
import { createLogger } from '../../platform/logger.ts';
import { describeContent, s3Settings } from '../helpers/lease-bench.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { pathOfWorkflowBundle } from '../helpers/workflow-bundle.ts';
import { describeWith, describeWithAll } from '../setup/test-services.ts';

await describeWith('postgres', 'how a host finds its way to files', ({ url: databaseUrl }) => {
  let api: TestApi;
  let folder: string;
  let config: HostConfig;
  let token: string;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    folder = await mkdtemp(path.join(tmpdir(), 'crunch-route-'));
    token = await api.makeToken({ scope: 'host' });
    config = await (await api.signIn({ scope: 'host' })).getHostConfig();
  });
  afterAll(async () => {
    await api.stop();
    await rm(folder, { recursive: true });
  });

  const find = (storage: HostConfig['storage'], settingsFile?: string) =>
    findStorageRoute({ config: { ...config, storage }, settingsFile, url: api.url, token });

  test('the server’s own folder is used directly', async () => {
    const route = await find(config.storage);
    expect(route).toMatchObject({ kind: 'direct', storage: { location: `file:${api.folder}` } });
  });

  test('a folder that only has its name, a copy of it, or none, is left alone', async () => {
    await find(config.storage);
    const server = { kind: 'server', reachesStore: false };
    expect(await find({ kind: 'folder', path: folder })).toEqual(server);
    const copy = path.join(folder, 'copy');
    await cp(api.folder, copy, { recursive: true, preserveTimestamps: true });
    expect(await find({ kind: 'folder', path: copy })).toEqual(server);
    expect(await find({ kind: 'folder', path: path.join(folder, 'none') })).toEqual(server);
  });

  test('settings of one’s own come first', async () => {
    const file = path.join(folder, 'storage.json');
    await writeFile(file, JSON.stringify({ kind: 'folder', path: folder }));
    const route = await find(config.storage, file);
    expect(route).toMatchObject({ kind: 'direct', storage: { location: `file:${folder}` } });
  });
});

await describeWithAll(['postgres', 's3'], 'how a host finds its way to a bucket', ({ postgres, s3 }) => {
  test('the store is used where it can be reached, else the server', async () => {
    const storage = s3Settings(s3, `host-route-${randomUUID()}`);
    const api = await startTestApi({ databaseUrl: postgres.url, storage });
    const token = await api.makeToken({ scope: 'host' });
    const config = await (await api.signIn({ scope: 'host' })).getHostConfig();
    const find = () => findStorageRoute({ config, settingsFile: undefined, url: api.url, token });
    expect(await find()).toEqual({ kind: 'server', reachesStore: true });
    // Where the endpoint is of a network that isn't the host's, nobody answers there, or a stranger.
    api.storage.presign!.read = async () => ({ url: 'http://127.0.0.1:9/proof', headers: {} });
    expect(await find()).toEqual({ kind: 'server', reachesStore: false });
    api.storage.presign!.read = async () => ({ url: `${api.url}/api/v1/openapi.json`, headers: {} });
    expect(await find()).toEqual({ kind: 'server', reachesStore: false });
    await api.stop();
  });
});

const WORKFLOW = '#!/bin/sh\nset -e\ntr a-z A-Z < "in put.txt" > "out put.txt"\necho changed > other.txt\n';
const DEFAULTS = { timing: { heartbeatTimeoutMs: 5000, graceMs: 1000, killGraceMs: 1000 }, freeBytes: 0 };

await describeWithAll(['postgres', 'temporal', 's3'], 'a host with a URL and a token', ({ postgres, temporal, s3 }) => {
  const undo: (() => Promise<unknown>)[] = [];

  afterEach(async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  });

  test.each(['the server’s bucket', 'a folder that only the server has'])(
    'completes a dataset whose files are in %s',
    async (what) => {
      process.env.CRUNCH_WORKFLOW_BUNDLE = pathOfWorkflowBundle();
      const isBucket = what.includes('bucket');
      const toldStorage = isBucket ? undefined : ({ kind: 'folder', path: '/nowhere/else' } as const);
      const storage = isBucket ? s3Settings(s3, `host-storage-${randomUUID()}`) : undefined;
      const api = await startTestApi({ databaseUrl: postgres.url, temporal, storage, toldStorage });
      undo.push(() => api.stop());
      const logger = createLogger({ name: 'test', level: 'fatal' });
      const connection = await connectTemporalWorker(temporal);
      undo.push(() => connection.close());
      const { catalog } = api;
      const control = await startControlWorker({
        ...{ connection, namespace: temporal.namespace, temporal: api.temporal, catalog, storage: api.storage },
        ...{ logger, defaults: DEFAULTS, allowedWorkflowHosts: [] },
      });
      undo.push(() => control.stop());
      const directory = await mkdtemp(path.join(tmpdir(), 'crunch-host-'));
      undo.push(() => rm(directory, { recursive: true }));
      const name = isBucket ? 'In a bucket' : 'In a folder';
      const admin = await api.signIn();
      const project = await admin.createProject({ body: { name, workflow: { kind: 'text', text: WORKFLOW } } });
      const { slug } = await admin.createDataset({ body: { project: project.slug, name: 'Set' } });
      for (const file of ['in put.txt', 'other.txt']) await putText(admin, slug, file, `text of ${file}`);

      const events: HostEvent[] = [];
      await runHost({
        ...{ url: api.url, token: await api.makeToken({ scope: 'host' }), name: 'afar', directory, logger },
        ...{ concurrency: 1, cores: 1, projects: [], pools: [], cleanup: false, download: true, upload: true },
        ...{ mode: { kind: 'run', dataset: slug }, graceMs: 1000, env: {}, onEvent: (event) => events.push(event) },
      });

      await completed(api, slug);
      const { items } = await admin.listFiles({ params: { slug } });
      expect(items.map((file) => [file.path, file.origin])).toEqual([
        ['in put.txt', 'input'],
        ['other.txt', 'changed'],
        ['out put.txt', 'result'],
      ]);
      const result = await admin.getFile({ params: { slug, path: 'out put.txt' } });
      expect(await new Response(result).text()).toBe('TEXT OF IN PUT.TXT');
      const { basePath } = await admin.getDataset({ params: { slug } });
      expect(await api.storage.stat(`${basePath}/.crunch/manifest.json`)).toBeDefined();
    },
  );
});

/** Resolves when the catalog has a dataset as completed. */
async function completed({ catalog }: TestApi, slug: string): Promise<void> {
  let wake = () => {};
  const end = catalog.notifications.onChange(() => wake());
  for (;;) {
    const heard = new Promise<void>((resolve) => (wake = resolve));
    const { state, reason } = await getDataset(catalog, slug);
    if (state === 'completed') break;
    if (state === 'failed') throw new Error(reason ?? state);
    await heard;
  }
  end();
}

async function putText(client: CrunchClient, slug: string, file: string, text: string): Promise<void> {
  const { sizeBytes, sha256 } = describeContent(Buffer.from(text));
  const body = { sizeBytes, open: () => new Blob([text]) };
  await client.putFile({ params: { slug, path: file }, query: { sha256 }, body });
}

import { createHash } from 'node:crypto';
import { admitDatasets } from '../../catalog/admission.ts';
import { getDataset } from '../../catalog/datasets.ts';
import { listFiles } from '../../catalog/files.ts';
import { listRuns } from '../../catalog/runs.ts';
import { listStatuses } from '../../catalog/statuses.ts';
import type { CrunchClient } from '../../client/index.ts';
import { createLogger } from '../../platform/logger.ts';
import { PUBLISHED_MANIFEST, type Manifest } from '../../shared/domain/manifest.ts';
import { surveyDataset } from '../../storage/transfer/survey-dataset.ts';
import { watchExternalRuns } from '../../worker/external-run-watch.ts';
import { ADMISSION_DEFAULTS } from '../helpers/admit-slugs.ts';
import { SeedClient } from '../helpers/seed-client.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { addHost } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

const [SETUP, WORKFLOW, UPLOAD] = [1, 2, 3];
const [START, SUCCESS, FAIL] = [1, 2, 3];

await describeWith('postgres', 'runs of clients of django-crunch', ({ url: databaseUrl }) => {
  let api: TestApi;
  let admin: CrunchClient;
  let projects = 0;
  let project: string;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    admin = await api.signIn();
  });
  afterAll(() => api.stop());

  beforeEach(async () => {
    projects += 1;
    const workflow = { kind: 'text', text: `#!/bin/sh\necho ${projects}\n` } as const;
    project = (await admin.createProject({ body: { name: `p${projects}`, workflow } })).slug;
  });

  async function addDataset(name: string, more: { queue?: boolean; held?: boolean } = {}) {
    return admin.createDataset({ body: { project, name, ...more } });
  }

  async function seedClient(hostname = '', name = 'lab token'): Promise<SeedClient> {
    return new SeedClient(api, await api.makeToken({ scope: 'operate', name }), hostname);
  }

  async function write(slug: string, path: string, text: string): Promise<void> {
    const { basePath } = await getDataset(api.catalog, slug);
    const content = Buffer.from(text);
    const sha256 = createHash('sha256').update(content).digest('hex');
    await api.storage.write(`${basePath}/${path}`, content, { sizeBytes: content.length, sha256 });
  }

  async function statesOf(slug: string): Promise<string[]> {
    const { items } = await listStatuses(api.catalog, slug, { limit: 100 });
    return items.map(({ stage, state }) => `${stage} ${state}`);
  }

  const nextPath = () => `/api/projects/${project}/next/`;

  test('clients that ask at once never get the same dataset, and hosts of ours get none of theirs', async () => {
    const slugs: string[] = [];
    for (let n = 0; n < 12; n += 1) slugs.push((await addDataset(`d ${n}`, { queue: n % 2 === 0 })).slug);
    await addDataset('held', { held: true });
    const clients = await Promise.all([seedClient(), seedClient(), seedClient()]);
    const got = await Promise.all(Array.from({ length: 18 }, (_, n) => clients[n % 3]!.next(nextPath())));
    expect(got.filter((slug) => slug !== '').sort()).toEqual(slugs.sort());
    await addHost(api.catalog, { name: `host of ${project}` });
    const admitted = await admitDatasets(api.catalog, ADMISSION_DEFAULTS);
    expect(admitted.filter(({ dataset }) => dataset.projectSlug === project)).toEqual([]);
    expect(await admin.getDataset({ params: { slug: slugs[0]! } })).toMatchObject({
      ...{ state: 'running', host: 'lab token', runs: 1 },
      run: { kind: 'external', state: 'running', host: 'lab token', temporalRunId: null },
    });
  });

  test('a project’s cap holds, and a paused project gives nothing', async () => {
    await admin.changeProject({ params: { slug: project }, body: { maxRunning: 2 } });
    for (const name of ['a', 'b', 'c', 'd']) await addDataset(name);
    const client = await seedClient();
    const got = await Promise.all([1, 2, 3, 4].map(() => client.next(nextPath())));
    expect(got.filter((slug) => slug !== '')).toHaveLength(2);
    const free = (await admin.listDatasets({ query: { project: [project], state: ['draft'] } })).items[0]!;
    expect(await client.tell(free.id, SETUP, START)).toMatchObject({ status: 409 });
    await admin.pauseProject({ params: { slug: project }, body: {} });
    await admin.changeProject({ params: { slug: project }, body: { maxRunning: null } });
    expect(await client.next(nextPath())).toBe('');
    await admin.resumeProject({ params: { slug: project } });
    expect(await client.next(nextPath())).not.toBe('');
  });

  test('nobody gets what is archived; what somebody has is neither moved, archived nor deleted', async () => {
    const hidden = await addDataset('hidden');
    const { slug } = await addDataset('taken');
    const params = { slug };
    await admin.changeDataset({ params: { slug: hidden.slug }, body: { archived: true } });
    const client = await seedClient();
    expect(await client.next(nextPath())).toBe(slug);
    expect(await client.next(nextPath())).toBe('');
    expect(await client.tell(hidden.id, SETUP, START)).toMatchObject({ status: 409 });
    const refused = { code: 'conflict' };
    await expect(admin.moveItem({ params, body: { name: 'other' } })).rejects.toMatchObject(refused);
    await expect(admin.changeDataset({ params, body: { archived: true } })).rejects.toMatchObject(refused);
    await expect(admin.deleteDataset({ params })).rejects.toMatchObject(refused);
    expect(await client.send('DELETE', `/api/datasets/${slug}/`)).toMatchObject({ status: 409 });
    await admin.changeDataset({ params: { slug: hidden.slug }, body: { archived: false } });
    await admin.cancelDatasets({ body: { datasets: [slug] } });
    await admin.changeProject({ params: { slug: project }, body: { archived: true } });
    expect(await client.next(nextPath())).toBe('');
  });

  test('a DELETE of django-crunch leaves the files where they are', async () => {
    const { slug, basePath } = await addDataset('gone');
    await write(slug, 'in.txt', 'input');
    const client = new SeedClient(api, await api.makeToken({ scope: 'admin' }));
    expect(await client.send('DELETE', `/api/datasets/${slug}/`)).toMatchObject({ status: 204 });
    await expect(admin.getDataset({ params: { slug } })).rejects.toMatchObject({ code: 'not-found' });
    expect(await api.catalog.prisma.storageRemoval.count({ where: { prefix: basePath! } })).toBe(0);
    const { stream } = await api.storage.read(`${basePath}/in.txt`);
    expect(await new Response(stream as never).text()).toBe('input');
  });

  test('a pass through all stages completes the dataset, with a manifest of what the storage lists', async () => {
    const { id, slug, basePath } = await addDataset('whole');
    await write(slug, 'in.txt', 'input');
    await write(slug, 'changed.txt', 'before');
    const client = await seedClient('lab-7');
    expect(await client.next(nextPath())).toBe(slug);
    await client.tell(id, SETUP, START);
    expect(await getDataset(api.catalog, slug)).toMatchObject({ host: 'lab-7', stage: 'download' });
    await client.tell(id, SETUP, SUCCESS);
    await client.tell(id, WORKFLOW, START);
    await client.tell(id, WORKFLOW, SUCCESS);
    await client.tell(id, UPLOAD, START);
    await write(slug, 'out.txt', 'result');
    await write(slug, 'changed.txt', 'after');
    expect(await client.tell(id, UPLOAD, SUCCESS)).toMatchObject({ status: 201, body: { stage: 3, state: 2 } });

    expect(await getDataset(api.catalog, slug)).toMatchObject({ state: 'completed', run: { state: 'completed' } });
    const { items } = await listFiles(api.catalog, slug, { limit: 10 });
    expect(items.map(({ path, origin }) => `${path} ${origin}`)).toEqual([
      'changed.txt changed',
      'in.txt input',
      'out.txt result',
    ]);
    const { stream } = await api.storage.read(`${basePath}/${PUBLISHED_MANIFEST}`);
    const manifest = (await new Response(stream as never).json()) as Manifest;
    expect(manifest).toMatchObject({ dataset: slug, host: 'lab-7', verified: false, leaseNumber: 1 });
    // What a run of our own would begin with.
    const survey = await surveyDataset({ storage: api.storage, basePath: basePath! });
    const inputs = survey.filter(({ original }) => original !== undefined);
    expect(inputs.map(({ path }) => path).sort()).toEqual(['changed.txt', 'in.txt']);
    expect(await statesOf(slug)).toEqual([
      'SETUP START',
      'SETUP SUCCESS',
      'WORKFLOW START',
      'WORKFLOW SUCCESS',
      'UPLOAD START',
      'UPLOAD SUCCESS',
    ]);
  });

  test('a second run by a client takes no earlier result for an input', async () => {
    const { id, slug } = await addDataset('twice');
    const client = await seedClient('lab-7');
    await client.tell(id, SETUP, START);
    await write(slug, 'old.txt', 'result');
    await client.tell(id, UPLOAD, SUCCESS);
    await client.tell(id, SETUP, START);
    await write(slug, 'new.txt', 'result');
    await client.tell(id, UPLOAD, SUCCESS);
    const { items } = await listFiles(api.catalog, slug, { limit: 10 });
    expect(items.map(({ path, origin }) => `${path} ${origin}`)).toEqual(['new.txt result']);
    expect(await getDataset(api.catalog, slug)).toMatchObject({ state: 'completed', runs: 2, run: { leaseNumber: 2 } });
  });

  test('a failure of a stage fails the dataset with its note, and it can be tried again', async () => {
    const { id, slug } = await addDataset('broken');
    const client = await seedClient('lab-7');
    await client.tell(id, SETUP, START);
    await client.tell(id, WORKFLOW, FAIL, 'exit 3\nrow 17');
    expect(await getDataset(api.catalog, slug)).toMatchObject({
      ...{ state: 'failed', reason: 'exit 3' },
      run: { state: 'failed', failureClass: 'workflow', note: 'exit 3\nrow 17' },
    });
    expect((await admin.retryDatasets({ body: { datasets: [slug] } })).items).toEqual([slug]);
  });

  test('what is told twice counts once, also when it ended the run', async () => {
    const { id, slug } = await addDataset('again');
    const client = await seedClient('lab-7');
    const first = await client.tell(id, SETUP, START);
    expect(await client.tell(id, SETUP, START)).toEqual(first);
    const last = await client.tell(id, UPLOAD, SUCCESS);
    expect(await client.tell(id, UPLOAD, SUCCESS)).toEqual(last);
    expect(last.status).toBe(201);
    expect(await statesOf(slug)).toEqual(['SETUP START', 'UPLOAD SUCCESS']);
  });

  test('a client that was killed begins anew with its dataset, under the next lease number', async () => {
    const { id, slug } = await addDataset('killed');
    const client = await seedClient('lab-7');
    await client.tell(id, SETUP, START);
    await client.tell(id, SETUP, SUCCESS);
    await client.tell(id, SETUP, START);
    await client.tell(id, SETUP, SUCCESS);
    expect(await statesOf(slug)).toEqual(['SETUP START', 'SETUP SUCCESS', 'SETUP START', 'SETUP SUCCESS']);
    expect(await getDataset(api.catalog, slug)).toMatchObject({ runs: 1, run: { leaseNumber: 2 } });
  });

  test('nobody else tells of a dataset: neither another token nor another computer, and nobody of one that is not held', async () => {
    const { id, slug } = await addDataset('mine');
    const token = await api.makeToken({ scope: 'operate' });
    const mine = new SeedClient(api, token, 'lab-1');
    const elsewhere = new SeedClient(api, token, 'lab-2');
    const other = await seedClient('lab-1', 'another token');
    expect(await mine.tell(id, SETUP, SUCCESS)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('draft') },
    });
    expect(await mine.tell(id, SETUP, START)).toMatchObject({ status: 201 });
    for (const stranger of [elsewhere, other]) {
      for (const state of [START, FAIL]) {
        expect(await stranger.tell(id, SETUP, state)).toMatchObject({
          status: 409,
          body: { detail: `${slug} is being processed by lab-1.` },
        });
      }
    }
    expect(await getDataset(api.catalog, slug)).toMatchObject({ state: 'running', host: 'lab-1' });
  });

  test('cancelling closes the run at once, and what its client tells then is refused', async () => {
    const { id, slug } = await addDataset('unwanted');
    const client = await seedClient('lab-7');
    await client.tell(id, SETUP, START);
    // There is no Temporal here that could be asked.
    expect((await admin.cancelDatasets({ body: { datasets: [slug] } })).items).toEqual([slug]);
    expect(await getDataset(api.catalog, slug)).toMatchObject({
      ...{ state: 'cancelled', run: { state: 'cancelled' } },
      reason: expect.stringContaining('lab-7'),
    });
    expect(await client.tell(id, WORKFLOW, START)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('cancelled') },
    });
    expect(await statesOf(slug)).toEqual(['SETUP START', 'SETUP CANCELLED']);
  });

  test('a dataset whose client falls silent goes back to the queue when its time is over', async () => {
    await admin.changeProject({ params: { slug: project }, body: { externalTimeoutSeconds: 1 } });
    const { id, slug } = await addDataset('silent');
    const client = await seedClient('lab-7');
    const logger = createLogger({ name: 'control', level: 'fatal', pretty: false });
    const watch = watchExternalRuns({ ...api, logger, defaults: ADMISSION_DEFAULTS, allowedWorkflowHosts: [] });
    const queued = new Promise<void>((resolve) => {
      api.catalog.notifications.onChange(() => {
        void getDataset(api.catalog, slug).then(({ state }) => state === 'queued' && resolve());
      });
    });
    try {
      await client.tell(id, SETUP, START);
      await queued;
    } finally {
      await watch.stop();
    }
    expect(await getDataset(api.catalog, slug)).toMatchObject({ host: null, runs: 1 });
    const [run] = (await listRuns(api.catalog, slug, { limit: 1 })).items;
    expect(run).toMatchObject({ state: 'failed', failureClass: 'host', note: expect.stringContaining('lab-7') });
    expect(await statesOf(slug)).toEqual(['SETUP START', 'SETUP LOST']);
    expect(await client.tell(id, WORKFLOW, START)).toMatchObject({ status: 409 });
    expect(await (await seedClient()).next(nextPath())).toBe(slug);
  });
});

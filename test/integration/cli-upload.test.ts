import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { admitDatasets } from '../../catalog/admission.ts';
import { replacePublishedFiles } from '../../catalog/files.ts';
import { closeRun } from '../../catalog/run-events.ts';
import type { CrunchClient } from '../../client/index.ts';
import { hashFile } from '../../cli/transfer/hash-file.ts';
import { ADMISSION_DEFAULTS } from '../helpers/admit-slugs.ts';
import { captureCrunch } from '../helpers/capture-crunch.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { addHost, addProject } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

await describeWith('postgres', 'crunch upload', ({ url: databaseUrl }) => {
  let api: TestApi;
  let client: CrunchClient;
  let env: NodeJS.ProcessEnv;
  let folder: string;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    client = await api.signIn();
    env = { CRUNCH_URL: api.url, CRUNCH_TOKEN: await api.makeToken() };
    await addProject(api.catalog, { name: 'p' });
    await addHost(api.catalog, { name: 'lab' });
  });
  afterAll(() => api.stop());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crunch-upload-'));
    await write({ a: 'one', b: 'two' });
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function write(files: Record<string, string>): Promise<void> {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  }

  const crunch = (...commandLine: string[]) => captureCrunch(commandLine, env);
  const add = (name: string, ...more: string[]) => crunch('add-dataset', 'p', name, '--files', folder, ...more);
  const see = (slug: string) => client.getDataset({ params: { slug } });
  const startHost = () => client.queueDatasets({ body: { projects: ['p'], states: ['draft'] } });

  /** As if a run had found the files of a queued dataset and made `result`. */
  async function complete(slug: string): Promise<void> {
    const runs = await admitDatasets(api.catalog, ADMISSION_DEFAULTS);
    const run = runs.find(({ dataset }) => dataset.slug === slug);
    const [id, runId] = [run?.dataset.id ?? 0, run?.runId ?? ''];
    await replacePublishedFiles(api.catalog, id, runId, [
      { path: 'a', sizeBytes: 3, sha256: await hashFile(join(folder, 'a')), origin: 'input' },
      {
        path: 'b',
        sizeBytes: 1,
        sha256: '0'.repeat(64),
        origin: 'changed',
        originalSha256: await hashFile(join(folder, 'b')),
      },
      { path: 'result', sizeBytes: 3, sha256: await hashFile(join(folder, 'a')), origin: 'result' },
    ]);
    await closeRun(api.catalog, { runId, outcome: 'completed', failureClass: null, note: null, hostLosses: 0 });
  }

  test('no host that starts takes a dataset whose upload broke off, and what is advised ends it well', async () => {
    // A folder of the name stands in the file's way.
    const inTheWay = join(api.folder, 'crunch/p/broken/b');
    await mkdir(join(inTheWay, 'more'), { recursive: true });
    const { exitCode, stderr } = await add('broken');
    expect(exitCode).toBe(12);
    expect(stderr).toContain(`crunch upload p:broken ${folder}\`, then \`crunch queue p:broken\``);
    expect(await see('p:broken')).toMatchObject({ state: 'draft', held: true });
    expect(await startHost()).toMatchObject({ items: [] });

    await rm(inTheWay, { recursive: true });
    expect(await crunch('upload', 'p:broken', folder)).toMatchObject({ exitCode: 0 });
    expect(await crunch('queue', 'p:broken')).toMatchObject({ exitCode: 0, stdout: 'p:broken\n' });
    expect(await see('p:broken')).toMatchObject({ state: 'queued', held: false });
  });

  test('with its files a dataset is queued, or stays on hold when asked to', async () => {
    expect(await add('whole')).toMatchObject({ exitCode: 0 });
    expect(await see('p:whole')).toMatchObject({ state: 'queued', held: false });
    expect(await add('held', '--hold')).toMatchObject({ exitCode: 0 });
    expect(await see('p:held')).toMatchObject({ state: 'draft', held: true });
  });

  test('inputs below results are replaced only when asked to, and the dataset tells', async () => {
    await add('done');
    await complete('p:done');
    const same = await crunch('upload', 'p:done', folder, '--json');
    expect(JSON.parse(same.stdout)).toMatchObject({ files: 2, unchanged: 2, replaced: 0 });
    expect(await see('p:done')).toMatchObject({ state: 'completed', reason: null });

    await write({ a: 'three', c: 'new' });
    const { exitCode, stderr } = await crunch('upload', 'p:done', folder);
    expect(exitCode).toBe(5);
    expect(stderr).toContain('One file differs from what p:done has, and it has results, so nothing was uploaded.');
    expect(stderr).toContain('  a: ');
    expect((await client.listFiles({ params: { slug: 'p:done' } })).items.map(({ path }) => path)).not.toContain('c');

    const replaced = await crunch('upload', 'p:done', folder, '--overwrite');
    expect(replaced.stdout).toContain('1 were there already, 1 replaced');
    const reason = 'its inputs changed since its results were made';
    expect(await see('p:done')).toMatchObject({ state: 'completed', reason });
    expect(await crunch('retry', 'p:done')).toMatchObject({ exitCode: 0 });
    expect(await see('p:done')).toMatchObject({ state: 'queued', reason: null });
  });
});

import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { removeFiles } from '../../activities/control/remove-files.ts';
import { runCrunch } from '../../cli/run-crunch.ts';
import type { CrunchClient } from '../../client/index.ts';
import { createLogger } from '../../platform/logger.ts';
import { captureCrunch } from '../helpers/capture-crunch.ts';
import { describeContent } from '../helpers/lease-bench.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { addDataset, addProject } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

const CONTENT = Buffer.from('five!');

await describeWith('postgres', 'changes over the command line', ({ url: databaseUrl }) => {
  let api: TestApi;
  let client: CrunchClient;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    client = await api.signIn();
    env = { CRUNCH_URL: api.url, CRUNCH_TOKEN: await api.makeToken() };
    for (const name of ['p', 'q']) await addProject(api.catalog, { name });
    await addDataset(api.catalog, 'p', 'd');
    await client.createItem({ body: { parent: 'p:d', name: 'Nest' } });
  });
  afterAll(() => api.stop());

  const crunch = (...commandLine: string[]) => captureCrunch(commandLine, env);
  const show = async (slug: string) => JSON.parse((await crunch('show', slug, '--json')).stdout) as object;

  test('pause and resume hold a project, say by whom and why, and are in the audit log', async () => {
    const reason = 'the disk is full';
    expect(await crunch('pause', '--project', 'q', '--reason', reason)).toMatchObject({ exitCode: 0, stdout: 'q\n' });
    expect(await show('q')).toMatchObject({ paused: true, pause: { by: 'a test', reason } });
    expect((await crunch('show', 'q')).stdout).toMatch(/paused +by a test, .*: the disk is full/);
    // A second time it stays as it was paused.
    const again = await crunch('pause', '--project', 'q', '--json');
    expect(JSON.parse(again.stdout)).toEqual({ items: ['q'] });
    expect(await show('q')).toMatchObject({ pause: { reason } });
    expect(await crunch('resume', '--project', 'q')).toMatchObject({ exitCode: 0, stdout: 'q\n' });
    expect(await show('q')).toMatchObject({ paused: false, pause: null });
    const { items } = await client.listAuditEvents({ query: { project: 'q' } });
    expect(items.map(({ action, detail }) => ({ action, detail })).slice(0, 2)).toEqual([
      { action: 'project.resume', detail: {} },
      { action: 'project.pause', detail: { reason } },
    ]);
    expect(await crunch('pause', '--project', 'none')).toMatchObject({ exitCode: 4 });
    expect(await crunch('pause', '--project', 'q', '--reason', 'two\nlines')).toMatchObject({ exitCode: 2 });
    expect(await crunch('pause')).toMatchObject({ exitCode: 2 });
  });

  test('edit-project, edit-dataset and edit-item change what is given, and print the slug', async () => {
    expect(await crunch('edit-project', 'p', '--max-running', '4', '--param', 'a=1')).toMatchObject({
      exitCode: 0,
      stdout: 'p\n',
    });
    expect(await show('p')).toMatchObject({
      maxRunning: 4,
      parameters: { a: 1 },
      workflow: { revision: 2 },
      name: 'p',
    });
    expect(await crunch('edit-dataset', 'p:d', '--priority', '1', '--hold', '--name', 'Dee')).toMatchObject({
      stdout: 'p:d\n',
    });
    expect(await show('p:d')).toMatchObject({ priority: 1, held: true, name: 'Dee', slug: 'p:d' });
    await crunch('edit-dataset', 'p:d', '--release');
    expect(await show('p:d')).toMatchObject({ priority: 1, held: false });
    const json = await crunch('edit-item', 'p:d:nest', '--description', 'north', '--json');
    expect(JSON.parse(json.stdout)).toEqual({ slug: 'p:d:nest' });
    expect(await show('p:d:nest')).toMatchObject({ description: 'north' });
    expect(await crunch('edit-item', 'p:d:nest')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('What should change?'),
    });
    expect(await crunch('edit-item', 'p:d', '--name', 'x')).toMatchObject({ exitCode: 5 });
    expect(await crunch('edit-dataset', 'p:none', '--hold')).toMatchObject({ exitCode: 4 });
  });

  test('edit-attribute and delete-attribute find it by its key, or by its id where there are several', async () => {
    await crunch('add-integer-attribute', 'p:d', 'count', '1');
    expect(await crunch('edit-attribute', 'p:d', 'count', '2')).toMatchObject({ exitCode: 0, stdout: 'p:d\n' });
    await crunch('edit-attribute', 'p:d', 'count', '-64.5', '179', '--type', 'lat-long', '--new-key', 'place');
    expect(await show('p:d')).toMatchObject({
      attributes: [{ key: 'place', type: 'lat-long', latitude: -64.5, longitude: 179 }],
    });
    expect(await crunch('edit-attribute', 'p:d', 'place', '-64.5')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('Give latitude and longitude.'),
    });
    expect(await crunch('edit-attribute', 'p:d', 'none', '1')).toMatchObject({ exitCode: 4 });
    await crunch('add-char-attribute', 'p:d', 'place', 'Torgersen');
    const several = await crunch('delete-attribute', 'p:d', 'place');
    expect(several).toMatchObject({ exitCode: 5, stderr: expect.stringMatching(/by --id \(\d+, \d+\)/) });
    const [, last] = /(\d+)\)/.exec(several.stderr) ?? [];
    expect(await crunch('delete-attribute', 'p:d', 'place', '--id', last ?? '')).toMatchObject({ exitCode: 0 });
    expect(await show('p:d')).toMatchObject({ attributes: [{ type: 'lat-long' }] });
  });

  test('locations prints GeoJSON', async () => {
    const { stdout, exitCode } = await crunch('locations', 'p');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      type: 'FeatureCollection',
      features: [{ properties: { slug: 'p:d' } }],
    });
    expect(await crunch('locations', 'none')).toMatchObject({ exitCode: 4 });
  });

  test('move prints the new slug; the old one still finds it, and a change says where it went', async () => {
    await addDataset(api.catalog, 'p', 'old');
    expect(await crunch('move', 'p:old', '--to', 'q', '--name', 'New')).toMatchObject({ stdout: 'q:new\n' });
    expect((await crunch('show', 'p:old')).stdout).toMatch(/^dataset +q:new$/m);
    expect(await crunch('edit-dataset', 'p:old', '--hold')).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('it is q:new now'),
    });
    expect(await crunch('move', 'q:new')).toMatchObject({ exitCode: 2 });
  });

  test('archive hides, --archived shows, unarchive takes it back', async () => {
    await addDataset(api.catalog, 'q', 'done');
    expect(await crunch('archive', 'q:done')).toMatchObject({ exitCode: 0, stdout: 'q:done\n' });
    expect((await crunch('datasets', '--project', 'q')).stdout).not.toContain('q:done');
    expect((await crunch('datasets', '--project', 'q', '--archived')).stdout).toMatch(/q:done .*archived/);
    expect(await crunch('queue', 'q:done')).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('archived') });
    expect(await crunch('archive', 'p:d:nest')).toMatchObject({ exitCode: 2 });
    expect(JSON.parse((await crunch('unarchive', 'q:done', '--json')).stdout)).toEqual({ items: ['q:done'] });
    await crunch('archive', 'q');
    expect((await crunch('projects')).stdout).not.toMatch(/^q /m);
    expect((await crunch('projects', '--archived')).stdout).toMatch(/^q .*archived$/m);
    await crunch('unarchive', 'q');
  });

  describe('delete', () => {
    async function fill(name: string): Promise<{ slug: string; basePath: string }> {
      const dataset = await client.createDataset({ body: { project: 'p', name } });
      await client.putFile({
        params: { slug: dataset.slug, path: 'a' },
        query: { sha256: describeContent(CONTENT).sha256 },
        body: { sizeBytes: CONTENT.length, open: () => new Blob([CONTENT]) },
      });
      return { slug: dataset.slug, basePath: dataset.basePath! };
    }

    /** Runs the command as somebody at a terminal who types the answer. */
    async function atTerminal(answer: string, ...commandLine: string[]) {
      const stdin = Object.assign(new PassThrough(), { isTTY: true });
      const [stdout, stderr] = [new PassThrough(), new PassThrough()];
      stdin.end(answer);
      const exitCode = await runCrunch(commandLine, { stdin, stdout, stderr, env });
      stdout.end();
      stderr.end();
      return { exitCode, stdout: await text(stdout), stderr: await text(stderr) };
    }

    test('--dry-run says what would go, to people and to scripts', async () => {
      const { slug } = await fill('dry');
      const { stdout } = await crunch('delete', slug, '--dry-run');
      expect(stdout).toMatch(/^delete +p:dry$/m);
      expect(stdout).toMatch(/^in storage +1 files, 5 B$/m);
      const json: unknown = JSON.parse((await crunch('delete', slug, '--dry-run', '--json')).stdout);
      expect(json).toMatchObject({ slug, datasets: 1, files: 1, stored: { objects: 1, bytes: 5 }, hindrance: null });
      expect(await show(slug)).toMatchObject({ slug });
    });

    test('asks who is there, and refuses without an answer', async () => {
      const { slug } = await fill('asked');
      expect(await crunch('delete', slug)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Add --yes') });
      expect(await atTerminal('no\n', 'delete', slug)).toMatchObject({ exitCode: 130 });
      expect(await atTerminal('', 'delete', slug)).toMatchObject({ exitCode: 130 });
      expect(await show(slug)).toMatchObject({ slug });
      const done = await atTerminal(`${slug}\n`, 'delete', slug);
      expect(done).toMatchObject({
        exitCode: 0,
        stdout: `${slug}\n`,
        stderr: expect.stringMatching(/^delete +p:asked$/m),
      });
      expect(await crunch('show', slug)).toMatchObject({ exitCode: 4 });
    });

    test('takes files along unless they are to be kept', async () => {
      const logger = createLogger({ name: 'test', level: 'fatal', pretty: false, destination: new PassThrough() });
      const [gone, kept] = [await fill('gone'), await fill('kept')];
      expect(await crunch('delete', gone.slug, '--yes')).toMatchObject({ exitCode: 0 });
      expect(await crunch('delete', kept.slug, '--yes', '--keep-files')).toMatchObject({ exitCode: 0 });
      await removeFiles({ catalog: api.catalog, storage: api.storage, logger });
      const count = async (folder: string) => (await Readable.from(api.storage.list(folder)).toArray()).length;
      expect([await count(gone.basePath), await count(kept.basePath)]).toEqual([0, 1]);
    });

    test('of a project wants its slug, and of a busy dataset is refused', async () => {
      await addProject(api.catalog, { name: 'third' });
      await addDataset(api.catalog, 'third', 'd', { queue: true });
      expect(await crunch('delete', 'third:d', '--yes')).toMatchObject({ exitCode: 5 });
      await crunch('cancel', 'third:d');
      expect(await crunch('delete', 'third', '--yes')).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining('Add --confirm third'),
      });
      expect(await crunch('delete', 'third', '--confirm', 'p')).toMatchObject({ exitCode: 2 });
      expect(await crunch('delete', 'third', '--confirm', 'third')).toMatchObject({ exitCode: 0, stdout: 'third\n' });
      expect(await crunch('show', 'third:d')).toMatchObject({ exitCode: 4 });
    });
  });
});

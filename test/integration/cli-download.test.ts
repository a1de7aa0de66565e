import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { admitDatasets } from '../../catalog/admission.ts';
import { replacePublishedFiles } from '../../catalog/files.ts';
import { closeRun } from '../../catalog/run-events.ts';
import type { CrunchClient } from '../../client/index.ts';
import { keptInput } from '../../shared/domain/manifest.ts';
import { ADMISSION_DEFAULTS } from '../helpers/admit-slugs.ts';
import { captureCrunch } from '../helpers/capture-crunch.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { addHost, addProject } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

await describeWith('postgres', 'crunch download', ({ url: databaseUrl }) => {
  let api: TestApi;
  let client: CrunchClient;
  let env: NodeJS.ProcessEnv;
  let slug: string;
  let to: string;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    client = await api.signIn();
    env = { CRUNCH_URL: api.url, CRUNCH_TOKEN: await api.makeToken() };
    await addProject(api.catalog, { name: 'p' });
  });
  afterAll(() => api.stop());

  let datasets = 0;
  beforeEach(async () => {
    datasets += 1;
    ({ slug } = await client.createDataset({ body: { project: 'p', name: `d ${datasets}` } }));
    to = await mkdtemp(join(tmpdir(), 'crunch-download-'));
  });
  afterEach(() => rm(to, { recursive: true }));

  async function put(files: Record<string, string>): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      const bytes = new Blob([content]);
      await client.putFile({
        params: { slug, path },
        query: { sha256: sha256(content) },
        body: { sizeBytes: bytes.size, open: () => bytes.stream() },
      });
    }
  }

  async function write(files: Record<string, string>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(to, path)), { recursive: true });
      await writeFile(join(to, path), text);
    }
  }

  async function read(): Promise<Record<string, string>> {
    const entries = await readdir(to, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const texts = await Promise.all(
      paths.map(async (path) => [path.slice(to.length + 1), await readFile(path, 'utf8')]),
    );
    return Object.fromEntries(texts) as Record<string, string>;
  }

  const download = (...more: string[]) => captureCrunch(['download', slug, '--to', to, ...more], env);

  test('files that differ are named, and nothing is written before they may be overwritten', async () => {
    await put({ a: 'one', b: 'two', c: 'three', 'd/e': 'four' });
    await write({ a: 'one', b: 'owt', 'd/e': 'my own work', mine: 'stays' });

    const refused = await download();
    expect(refused.exitCode).toBe(5);
    expect(refused.stderr).toContain('2 files differ');
    expect(refused.stderr).toMatch(/--overwrite.*:\n {2}b: .*\n {2}d\/e: .*\n$/);
    expect(await read()).toEqual({ a: 'one', b: 'owt', 'd/e': 'my own work', mine: 'stays' });
    const script = JSON.parse((await download('--json')).stdout) as { error: { code: string; errors: unknown[] } };
    expect(script.error).toMatchObject({ code: 'conflict', errors: [{ path: 'b' }, { path: 'd/e' }] });

    const done = await download('--overwrite');
    expect(done).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('3 fetched, 1 left alone') });
    expect(await read()).toEqual({ a: 'one', b: 'two', c: 'three', 'd/e': 'four', mine: 'stays' });
  });

  test('of many files that differ the first are named, with their number', async () => {
    const names = Array.from({ length: 9 }, (_, index) => `f${index}`);
    await put(Object.fromEntries(names.map((name) => [name, 'theirs'])));
    await write(Object.fromEntries(names.map((name) => [name, 'mine'])));
    const { stderr } = await download();
    expect(stderr).toContain('9 files differ');
    expect(stderr.match(/^ {2}f\d: /gm)).toEqual(['  f0: ', '  f1: ', '  f2: ', '  f3: ', '  f4: ']);
  });

  test('only what is asked for is looked at', async () => {
    await put({ a: 'one', b: 'two' });
    await write({ b: 'mine' });
    expect(await download('a')).toMatchObject({ exitCode: 0 });
    expect(await read()).toEqual({ a: 'one', b: 'mine' });
  });

  test('what no file can replace is refused also with --overwrite', async () => {
    await put({ a: 'one', 'b/c': 'two', d: 'three' });
    await write({ 'a/inside': 'mine', b: 'a file' });
    const { exitCode, stderr } = await download('--overwrite');
    expect(exitCode).toBe(5);
    expect(stderr).toMatch(/Move away.*:\n {2}a: is a folder here\n {2}b\/c: lies below what is a file here\n$/);
    expect(await read()).toEqual({ 'a/inside': 'mine', b: 'a file' });
  });

  test('a link is a file of its own when it leads nowhere, and what it leads to otherwise', async () => {
    await put({ equal: 'one', dangling: 'two' });
    await write({ elsewhere: 'one' });
    await symlink('elsewhere', join(to, 'equal'));
    await symlink('nowhere', join(to, 'dangling'));
    const { exitCode, stderr } = await download();
    expect(exitCode).toBe(5);
    expect(stderr).toContain('dangling: ');
    expect(stderr).not.toContain('equal: ');
  });

  test('a download that broke off goes on without --overwrite', async () => {
    // More files than are fetched at once, so that some are whole before the last is begun.
    await put({ a: 'one', b: 'two', c: 'three', d: 'four', z: 'right' });
    const inStorage = join(api.folder, 'crunch/p', slug.slice(2), 'z');
    await writeFile(inStorage, 'wrong');
    expect(await download()).toMatchObject({ exitCode: 12 });
    await writeFile(inStorage, 'right');

    const { exitCode, stdout } = await download('--json');
    expect(exitCode).toBe(0);
    const { unchanged } = JSON.parse(stdout) as { unchanged: number };
    expect(unchanged).toBeGreaterThan(0);
    expect(await read()).toEqual({ a: 'one', b: 'two', c: 'three', d: 'four', z: 'right' });
  });

  /** Makes the dataset's files what a run leaves that changed `changed` and made `out/result`. */
  async function finishRun(): Promise<void> {
    await client.queueDatasets({ body: { datasets: [slug] } });
    const [run] = await admitDatasets(api.catalog, ADMISSION_DEFAULTS);
    const [id, runId] = [run?.dataset.id ?? 0, run?.runId ?? ''];
    const store = async (path: string, text: string) => {
      const sizeBytes = Buffer.byteLength(text);
      await api.storage.write(`${run?.dataset.basePath}/${path}`, Buffer.from(text), {
        sizeBytes,
        sha256: sha256(text),
      });
      return { path, sizeBytes, sha256: sha256(text) };
    };
    await store(keptInput(sha256('as it was')), 'as it was');
    await replacePublishedFiles(api.catalog, id, runId, [
      { ...(await store('sub/changed', 'changed')), origin: 'changed', originalSha256: sha256('as it was') },
      { ...(await store('same', 'same')), origin: 'input' },
      { ...(await store('out/result', 'made')), origin: 'result' },
    ]);
    const end = { outcome: 'completed', failureClass: null, note: null, hostLosses: 0 } as const;
    await closeRun(api.catalog, { runId, ...end });
  }

  test('--originals brings the inputs as they were, and files shows which have an original', async () => {
    await addHost(api.catalog, { name: 'lab' });
    await put({ 'sub/changed': 'as it was', same: 'same' });
    await finishRun();

    const { stdout } = await captureCrunch(['files', slug], env);
    expect(stdout).toMatch(/^sub\/changed .* changed, original kept /m);
    expect(stdout.match(/original kept/g)).toHaveLength(1);

    expect(await download('--originals')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('2 files, 13 B'),
    });
    expect(await read()).toEqual({ 'sub/changed': 'as it was', same: 'same' });
    const again = await download('--originals', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ files: 2, sizeBytes: 13, unchanged: 2 });

    expect(await download()).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('sub/changed: ') });
    expect(await download('--originals', 'out')).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('no input'),
    });
    await download('--overwrite');
    expect(await read()).toEqual({ 'sub/changed': 'changed', same: 'same', 'out/result': 'made' });
    await download('--originals', '--overwrite', 'sub');
    expect(await read()).toEqual({ 'sub/changed': 'as it was', same: 'same', 'out/result': 'made' });
  });

  test('an original that storage has lost is named', async () => {
    await put({ 'sub/changed': 'as it was', same: 'same' });
    await finishRun();
    await rm(join(api.folder, 'crunch/p', slug.slice(2), '.crunch/inputs'), { recursive: true });
    const { exitCode, stderr } = await download('--originals');
    expect(exitCode).toBe(4);
    expect(stderr).toContain('The original of sub/changed');
  });

  test('a folder that can’t be made is named', async () => {
    await put({ a: 'one' });
    await write({ file: '' });
    const { exitCode, stderr } = await captureCrunch(['download', slug, '--to', join(to, 'file')], env);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(join(to, 'file'));
  });
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

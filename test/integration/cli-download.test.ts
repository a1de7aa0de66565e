import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { CrunchClient } from '../../client/index.ts';
import { captureCrunch } from '../helpers/capture-crunch.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
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
    await client.createProject({ body: { name: 'p' } });
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
        query: { sha256: createHash('sha256').update(content).digest('hex') },
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

  test('a folder that can’t be made is named', async () => {
    await put({ a: 'one' });
    await write({ file: '' });
    const { exitCode, stderr } = await captureCrunch(['download', slug, '--to', join(to, 'file')], env);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(join(to, 'file'));
  });
});

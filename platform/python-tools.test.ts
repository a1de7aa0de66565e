import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { findOnPath } from './find-on-path.ts';
import { ensureVenv, findInstalledSnakemake, findSnakemake } from './python-tools.ts';

const run = promisify(execFile);

let folder: string;
let cacheFolder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'crunch-python-tools-'));
  cacheFolder = path.join(folder, 'a cache');
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function putExecutable(...names: string[]): Promise<string> {
  const file = path.join(folder, ...names);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, '#!/bin/sh\nexit 7\n');
  await chmod(file, 0o755);
  return file;
}

/** This environment as on a computer on which nobody installed Snakemake. */
async function withoutSnakemake(): Promise<NodeJS.ProcessEnv> {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const kept: string[] = [];
  for (const entry of folders) if (!(await findOnPath('snakemake', { PATH: entry }))) kept.push(entry);
  return { ...process.env, CRUNCH_SNAKEMAKE: undefined, PATH: kept.join(path.delimiter) };
}

/** Makes a package with a program `probe`, which prints “installed”. */
async function makeWheel(file: string): Promise<void> {
  const info = 'probe-1.0.dist-info';
  const contents = {
    'probe.py': 'def main():\n    print("installed")\n',
    [`${info}/METADATA`]: 'Metadata-Version: 2.1\nName: probe\nVersion: 1.0\n',
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    [`${info}/entry_points.txt`]: '[console_scripts]\nprobe = probe:main\n',
    [`${info}/RECORD`]: '',
  };
  const source = path.join(folder, 'probe');
  for (const [name, content] of Object.entries(contents)) {
    await mkdir(path.dirname(path.join(source, name)), { recursive: true });
    await writeFile(path.join(source, name), content);
  }
  await run('python3', ['-m', 'zipfile', '--create', file, 'probe.py', info], { cwd: source });
}

describe('Snakemake', () => {
  test('an explicit wish goes before PATH, and a wrong one is never replaced', async () => {
    const wish = await putExecutable('mine', 'snakemake-9');
    const onPath = await putExecutable('bin', 'snakemake');
    const env = { CRUNCH_SNAKEMAKE: wish, PATH: path.dirname(onPath) };
    expect(await findSnakemake({ env, cacheFolder })).toEqual({ path: wish });
    await chmod(wish, 0o644);
    await expect(findSnakemake({ env, cacheFolder })).rejects.toMatchObject({
      code: 'missing-tool',
      message: expect.stringContaining(`CRUNCH_SNAKEMAKE is “${wish}”`),
    });
  });

  test('the one on PATH is used as it is', async () => {
    const onPath = await putExecutable('bin', 'snakemake');
    expect(await findSnakemake({ env: { PATH: path.dirname(onPath) }, cacheFolder })).toEqual({ path: onPath });
  });

  test('without Python, the error tells what to install', async () => {
    await expect(findSnakemake({ env: { PATH: '' }, cacheFolder })).rejects.toMatchObject({
      code: 'missing-tool',
      message: expect.stringMatching(/no python3 on PATH.*apt install python3-venv.*CRUNCH_SNAKEMAKE/),
    });
  });

  test('a Python that does not work is told with its last words', async () => {
    const python = await putExecutable('bin', 'python3');
    await writeFile(python, '#!/bin/sh\necho "no version is chosen" >&2\nexit 1\n');
    await expect(findSnakemake({ env: { PATH: path.dirname(python) }, cacheFolder })).rejects.toMatchObject({
      code: 'missing-tool',
      message: expect.stringMatching(/python3 doesn't work: no version is chosen/),
    });
  });

  test('it is installed on first use, and found there afterwards', async () => {
    const said: string[] = [];
    const options = { env: await withoutSnakemake(), cacheFolder, onProgress: (line: string) => void said.push(line) };
    expect(await findInstalledSnakemake(options)).toBeUndefined();
    const first = await findSnakemake(options);
    expect(await findInstalledSnakemake(options)).toBe(first.path);
    const { stdout } = await run(first.path, ['--version']);
    expect(stdout.trim()).toBe(first.version);
    expect(await findSnakemake(options)).toEqual(first);
    expect(said).toEqual([expect.stringContaining('installing snakemake==')]);
  }, 300_000);
});

describe('a Python environment', () => {
  test('is made once for all who ask at the same time, over what a killed installer left', async () => {
    const wheel = path.join(folder, 'probe-1.0-py3-none-any.whl');
    await makeWheel(wheel);
    const said: string[] = [];
    const onProgress = (line: string) => void said.push(line);
    const options = { name: 'probe', requirements: [wheel], cacheFolder, onProgress };
    const [programs = '', ...others] = await Promise.all([1, 2, 3].map(() => ensureVenv(options)));
    expect(others).toEqual([programs, programs]);
    expect(said).toHaveLength(1);
    expect((await run(path.join(programs, 'probe'))).stdout).toBe('installed\n');

    const ready = path.dirname(programs);
    await rm(ready);
    await symlink('made-by-a-python-that-is-gone', ready);
    await mkdir(path.join(path.dirname(ready), 'made-by-halves', 'bin'), { recursive: true });
    expect(await ensureVenv(options)).toBe(programs);
    expect((await run(path.join(programs, 'probe'))).stdout).toBe('installed\n');
    expect(await readdir(path.dirname(ready))).toEqual([expect.stringMatching(/^made-\w{6}$/), 'ready']);
  }, 120_000);

  test('that can not be completed is told, and leaves nothing behind', async () => {
    const wheel = path.join(folder, 'probe-1.0-py3-none-any.whl');
    const options = { name: 'probe', requirements: [wheel], cacheFolder };
    await expect(ensureVenv(options)).rejects.toMatchObject({
      code: 'missing-tool',
      message: expect.stringMatching(/can't install .*probe-1\.0.*try again/),
    });
    const [made = ''] = await readdir(path.join(cacheFolder, 'python'));
    expect(await readdir(path.join(cacheFolder, 'python', made))).toEqual([]);
  }, 120_000);

  test('gives an installed package no secret of ours', async () => {
    const seen = path.join(folder, 'seen');
    const python = await putExecutable('bin', 'python3');
    await writeFile(python, `#!/bin/sh\n/usr/bin/env >> '${seen}'\necho 3.11\n`);
    const env = { PATH: path.dirname(python), CRUNCH_TOKEN: 'canary', PIP_RETRIES: '1', https_proxy: 'p' };
    await expect(ensureVenv({ name: 'probe', requirements: ['probe'], cacheFolder, env })).rejects.toThrow(
      "can't install probe",
    );
    const { stdout } = await run('sort', ['-u', seen]);
    expect(stdout).toMatch(/PIP_RETRIES=1[^]*https_proxy=p/);
    expect(stdout).not.toContain('canary');
  });
});

import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findConda } from './find-conda.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'crunch-conda-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** A program that answers `--version`. */
async function install(name: string, answer: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, `#!/bin/sh\n[ "$1" = --version ] && echo '${answer}'\n`);
  await chmod(file, 0o755);
  return file;
}

test.each(['24.7.1', '24.11.0', '26.1.0'])('conda %s is taken', async (version) => {
  const file = await install('conda', `conda ${version}`);
  await expect(findConda({ PATH: folder })).resolves.toEqual({ path: file, version });
});

test.each(['23.11.0', '24.7.0', '24.6.9'])('conda %s is too old', async (version) => {
  await install('conda', `conda ${version}`);
  await expect(findConda({ PATH: folder })).rejects.toMatchObject({
    code: 'missing-tool',
    message: expect.stringMatching(
      new RegExp(`conda 24\\.7\\.1 or later is needed.*${version.replaceAll('.', '\\.')}`),
    ),
  });
});

test('without conda it is said what is missing, also where a relative of it is there', async () => {
  await expect(findConda({ PATH: folder })).rejects.toThrow(/needed, but it is not on PATH: install it/);
  const micromamba = await install('micromamba', '2.0.5');
  await expect(findConda({ PATH: folder })).rejects.toThrow(`can't do with ${micromamba} alone`);
  await install('conda', 'hello');
  await expect(findConda({ PATH: folder })).rejects.toThrow(/doesn't tell its version/);
});

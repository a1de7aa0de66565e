import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeUsableFolder } from './usable-folder.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'crunch-usable-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a folder is made with those above it, and left empty', async () => {
  const deep = path.join(folder, 'a/b/c');
  await makeUsableFolder(deep, 0o700);
  await makeUsableFolder(deep, 0o700);
  expect(await readdir(deep)).toEqual([]);
  expect((await stat(deep)).mode & 0o777).toBe(0o700);
});

test('a file in its place, or above it, is named', async () => {
  const file = path.join(folder, 'file');
  await writeFile(file, '');
  await expect(makeUsableFolder(file)).rejects.toMatchObject({ code: 'invalid-input' });
  await expect(makeUsableFolder(path.join(file, 'below'))).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringContaining(`The folder ${file}/below can't be made: `),
  });
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux.each(['/proc/nothing', '/proc/nothing/below', '/proc'])('%s is refused at once', async (place) => {
  await expect(makeUsableFolder(place)).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringContaining(`The folder ${place} can't be `),
  });
});

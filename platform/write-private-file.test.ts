import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writePrivateFile } from './write-private-file.ts';

test('a private file takes the place of one that others could read, also over a draft that was left', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'crunch-private-'));
  const file = path.join(folder, 'secret');
  for (const left of [file, `${file}.${process.pid}`]) await writeFile(left, 'old', { mode: 0o644 });
  await writePrivateFile(file, 'new\n');
  await expect(readFile(file, 'utf8')).resolves.toBe('new\n');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await expect(readdir(folder)).resolves.toEqual(['secret']);
  await rm(folder, { recursive: true });
});

import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { usePackage } from './postgres-binaries.ts';

let folder: string;
let packaged: string;
const progress: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'crunch-binaries-'));
  await chmod(folder, 0o755);
  packaged = path.join(folder, 'package');
  await mkdir(path.join(packaged, 'native', 'lib'), { recursive: true });
  await writeFile(path.join(packaged, 'package.json'), '{"version":"18.4.0"}');
  await writeFile(path.join(packaged, 'native', 'lib', 'libpq.so.5.18'), 'library');
  const links = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }];
  await writeFile(path.join(packaged, 'native', 'pg-symlinks.json'), JSON.stringify(links));
  progress.length = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function usePackageAs(account: { uid?: number; gid?: number }) {
  return usePackage(packaged, {
    account,
    copies: path.join(folder, 'copies'),
    onProgress: (message) => progress.push(message),
  });
}

test('links of libraries that npm did not make are made, once', async () => {
  for (let round = 0; round < 2; round += 1) {
    const { postgres } = await usePackageAs({});
    expect(path.dirname(path.dirname(path.dirname(postgres)))).toBe(packaged);
  }
  expect(await readFile(path.join(packaged, 'native', 'lib', 'libpq.so.5'), 'utf8')).toBe('library');
  expect(progress).toEqual([]);
});

test('a package that the account may not enter is copied to where it may, once', async () => {
  await chmod(packaged, 0o700);
  for (let round = 0; round < 2; round += 1) {
    const { initdb } = await usePackageAs({ uid: 65534, gid: 65534 });
    expect(initdb.startsWith(path.join(folder, 'copies', 'postgresql-18.4.0', 'native', 'bin'))).toBe(true);
  }
  const copy = path.join(folder, 'copies', 'postgresql-18.4.0');
  expect(await readFile(path.join(copy, 'native', 'lib', 'libpq.so.5'), 'utf8')).toBe('library');
  expect((await stat(copy)).mode & 0o005).toBe(0o005);
  expect(progress).toHaveLength(1);
});

import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import { create } from 'tar';
import { resolveTemporalBinary } from './resolve-temporal-binary.ts';
import { TEMPORAL_VERSION } from './temporal-release.ts';

let folder: string;
let cacheFolder: string;
let server: Server | undefined;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'crunch-temporal-binary-'));
  cacheFolder = path.join(folder, 'cache');
});

afterEach(async () => {
  server?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Something that tells a version as Temporal's command line does. */
async function putExecutable(file: string, version: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\necho "temporal version ${version} (Server 1.0.0, UI 2.0.0)"\n`);
  await chmod(file, 0o755);
  return file;
}

/** Offers an archive as the makers' server does. */
async function offerArchive(version: string): Promise<string> {
  const content = path.join(folder, 'archive');
  await putExecutable(path.join(content, 'temporal'), version);
  await writeFile(path.join(content, 'LICENSE'), 'text');
  server = createServer((_request, response) => {
    create({ gzip: true, cwd: content }, ['LICENSE', 'temporal']).pipe(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test('an explicit wish is used whatever else there is, and never replaced', async () => {
  const wish = await putExecutable(path.join(folder, 'mine'), '1.0.0');
  const onPath = await putExecutable(path.join(folder, 'bin', 'temporal'), TEMPORAL_VERSION);
  const environment = { CRUNCH_TEMPORAL_BIN: wish, PATH: path.dirname(onPath) };
  expect(await resolveTemporalBinary({ environment, cacheFolder })).toBe(wish);
  await expect(
    resolveTemporalBinary({ environment: { ...environment, CRUNCH_TEMPORAL_BIN: '/bin/true' }, cacheFolder }),
  ).rejects.toMatchObject({ code: 'missing-tool', message: expect.stringContaining('/bin/true') });
});

test('PATH goes before the cache, but not with an older version', async () => {
  const onPath = await putExecutable(path.join(folder, 'bin', 'temporal'), '1.10.0');
  const cached = await putExecutable(path.join(cacheFolder, `temporal-${TEMPORAL_VERSION}`, 'temporal'), 'any');
  // The shell that the executable is written for is found by its own path.
  const environment = { PATH: path.dirname(onPath) };
  expect(await resolveTemporalBinary({ environment, cacheFolder })).toBe(onPath);
  await putExecutable(onPath, '1.8.0');
  expect(await resolveTemporalBinary({ environment, cacheFolder })).toBe(cached);
});

test('the makers’ archive is installed into the cache, and nothing else is left there', async () => {
  const archiveUrl = await offerArchive(TEMPORAL_VERSION);
  const said: string[] = [];
  const onProgress = (message: string) => void said.push(message);
  const found = await Promise.all(
    [1, 2, 3].map(() => resolveTemporalBinary({ environment: { PATH: '' }, cacheFolder, archiveUrl, onProgress })),
  );
  expect(new Set(found).size).toBe(1);
  expect(await readdir(path.dirname(found[0]!))).toEqual(['temporal']);
  expect(said[0]).toMatch(/installing Temporal/);
});

test('when nothing can be had, all that was tried is told', async () => {
  const archiveUrl = await offerArchive('0.0.1');
  await expect(resolveTemporalBinary({ environment: { PATH: '' }, cacheFolder, archiveUrl })).rejects.toMatchObject({
    code: 'missing-tool',
    message: expect.stringMatching(
      /PATH: .*cache.*not there.*download: it is version 0.0.1.*no python3.*CRUNCH_TEMPORAL_BIN/s,
    ),
  });
});

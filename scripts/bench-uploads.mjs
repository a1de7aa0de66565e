// `npm run bench:uploads`: a host sends files to a server that keeps them in a folder, all at once, as it does where it
// can't reach the storage itself; what matters is that the server's memory stays flat. Beside it the same files written
// directly into a folder.
import { fork } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buildProject } from './lib/build-project.mjs';
import { Cleanup } from './lib/cleanup.mjs';
import { ROOT } from './lib/run-program.mjs';
import { runScript } from './lib/run-script.mjs';

const MIB = 1024 * 1024;
const COUNT = 20;
const SIZE_BYTES = 200 * MIB;
const CHUNK = randomBytes(MIB);

const load = (module) => import(path.join(ROOT, 'dist', module));

await runScript(async () => {
  await buildProject();
  const cleanup = new Cleanup();
  try {
    const folder = await mkdtemp(path.join(tmpdir(), 'crunch-uploads-'));
    // So that PostgreSQL's account may enter it where this runs as root.
    await chmod(folder, 0o711);
    cleanup.add(() => rm(folder, { recursive: true, force: true }));
    await measureServer(folder, cleanup);
    await measureFolder(folder);
    console.log(`load average: ${loadavg()[0].toFixed(1)}`);
  } finally {
    await cleanup.run();
  }
});

async function measureServer(folder, cleanup) {
  const server = fork(path.join(ROOT, 'scripts/bench/serve-files.mjs'), [folder]);
  cleanup.add(async () => {
    if (!server.connected) return;
    server.disconnect();
    await once(server, 'exit');
  });
  const ended = once(server, 'exit').then(([code]) =>
    Promise.reject(new Error(`the server ended (exit code ${code})`)),
  );
  ended.catch(() => undefined);
  const [{ url, token, lease, basePath }] = await Promise.race([once(server, 'message'), ended]);
  const { createClient } = await load('client/index.js');
  const { createLeaseServer } = await load('worker/lease-server.js');
  const { ApiStorage } = await load('storage/api-storage.js');
  const client = createClient({ url, token, retryDelaysMs: [] });
  const storage = new ApiStorage({
    server: createLeaseServer({ client, url, token, ...lease }),
    basePath,
    reachesStore: false,
  });
  await storage.stat(`${basePath}/none`);
  const rss = [];
  server.on('message', ({ rssBytes }) => rss.push(rssBytes));
  await once(server, 'message');
  const seconds = await upload(storage, basePath);
  await once(server, 'message');
  await storage.close();
  console.log(`server’s memory in MiB, every half a second: ${rss.map((bytes) => Math.round(bytes / MIB)).join(' ')}`);
  report('through the server', seconds);
}

async function measureFolder(folder) {
  const { openStorage } = await load('storage/open-storage.js');
  const direct = path.join(folder, 'direct');
  await mkdir(direct);
  const storage = openStorage({ kind: 'folder', path: direct });
  report('directly', await upload(storage, 'files'));
  await storage.close();
}

/** Seconds that all files together took. */
async function upload(storage, prefix) {
  const hash = createHash('sha256');
  for (let sent = 0; sent < SIZE_BYTES; sent += CHUNK.length) hash.update(CHUNK);
  const declared = { sizeBytes: SIZE_BYTES, sha256: hash.digest('hex') };
  const begunAt = performance.now();
  const numbers = Array.from({ length: COUNT }, (_, number) => number);
  await Promise.all(
    numbers.map((number) => storage.write(`${prefix}/${number}`, () => Readable.from(body()), declared)),
  );
  return (performance.now() - begunAt) / 1000;
}

function* body() {
  for (let sent = 0; sent < SIZE_BYTES; sent += CHUNK.length) yield CHUNK;
}

function report(way, seconds) {
  const rate = (COUNT * SIZE_BYTES) / MIB / seconds;
  console.log(`${way}: ${COUNT} files of ${SIZE_BYTES / MIB} MiB in ${seconds.toFixed(1)} s, ${rate.toFixed(0)} MiB/s`);
}

// `npm run bench:uploads`: a host sends files to a server that keeps them in a folder, all at once, as it does where it
// can't reach the storage itself; what matters is that the server's memory stays flat. Beside it the same files written
// directly into a folder. `-- --files 2` takes fewer.
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { readCounts } from './bench/read-counts.mjs';
import { forkServer, runBench } from './bench/run-bench.mjs';
import { ROOT } from './lib/run-program.mjs';

const MIB = 1024 * 1024;
const { files: COUNT } = readCounts({ files: 20 });
const SIZE_BYTES = 200 * MIB;
const CHUNK = randomBytes(MIB);

const load = (module) => import(path.join(ROOT, 'dist', module));

await runBench(async (folder, cleanup) => {
  await measureServer(folder, cleanup);
  await measureFolder(folder);
});

async function measureServer(folder, cleanup) {
  const { server, url, token, lease, basePath } = await forkServer('serve-files.mjs', [folder], cleanup);
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

// `npm run bench:api`: one server process over a catalog of 100,000 datasets, each with 8 attributes and 6 statuses, asked
// over HTTP, beside bare SQL for the same answers in the same run. `-- --datasets 10000` makes a smaller catalog,
// `-- --rounds 10` asks each question less often than a hundred times.
import { mkdir } from 'node:fs/promises';
import { loadavg } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { fillCatalog } from './bench/fill-catalog.mjs';
import { measureClaims } from './bench/measure-claims.mjs';
import { quantile } from './bench/measure-latency.mjs';
import { measureLists } from './bench/measure-lists.mjs';
import { measurePosts } from './bench/measure-posts.mjs';
import { readCounts } from './bench/read-counts.mjs';
import { forkServer, runBench } from './bench/run-bench.mjs';
import { ROOT } from './lib/run-program.mjs';

const { datasets, rounds } = readCounts({ datasets: 100_000, rounds: 100 });

const load = (module) => import(path.join(ROOT, 'dist', module));

await runBench(async (folder, cleanup) => {
  console.log(`Filling a catalog with ${datasets} datasets`);
  const { databaseUrl, client } = await startCatalog(folder, cleanup);
  await fillCatalog(client, datasets);
  const api = await startApi(databaseUrl, folder, cleanup);
  console.log(`Measuring (load average: ${loadavg()[0].toFixed(1)})`);
  const rows = await measureLists(client, api, { datasets, rounds });
  rows.push(await measureClaims(databaseUrl, client, Math.ceil(rounds / 10)));
  console.table(rows.map(latencyRow));
  console.table([rateRow(await measurePosts(databaseUrl, api, rounds * 15))]);
});

async function startCatalog(folder, cleanup) {
  const { startPostgres } = await load('platform/embedded/postgres.js');
  const { migrateCatalog } = await load('catalog/migrate.js');
  const postgres = await startPostgres({ dataFolder: path.join(folder, 'postgres') });
  cleanup.add(() => postgres.stop());
  const databaseUrl = Object.assign(new URL(postgres.url), { pathname: '/crunch' }).href;
  await migrateCatalog(databaseUrl);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  cleanup.add(() => client.end());
  return { databaseUrl, client };
}

async function startApi(databaseUrl, folder, cleanup) {
  const storage = path.join(folder, 'storage');
  await mkdir(storage);
  const { url, token } = await forkServer('serve-api.mjs', [databaseUrl, storage], cleanup);
  const { createClient } = await load('client/index.js');
  return createClient({ url, token, retryDelaysMs: [] });
}

function latencyRow({ name, targetMs, times, peer }) {
  const [p50, p95, max] = [0.5, 0.95, 1].map((share) => quantile(times, share));
  const barePeer = quantile(peer, 0.5);
  return {
    measured: name,
    'p50 ms': round(p50),
    'p95 ms': round(p95),
    'max ms': round(max),
    'target p95': targetMs,
    'bare SQL p50': round(barePeer),
    ratio: round(p50 / barePeer),
  };
}

function rateRow({ name, target, rate, peer }) {
  return {
    measured: name,
    'a second': Math.round(rate),
    target,
    'bare SQL': Math.round(peer),
    ratio: round(peer / rate),
  };
}

function round(number) {
  return Number(number.toPrecision(3));
}

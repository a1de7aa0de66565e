// `npm run bench:tables`: many datasets with eight attributes each go into a server by one import, which is given again as
// if its answer was lost, and come out by one export. Beside the import the same rows by COPY, straight into the database;
// beside the export the server's memory, which is to stay flat. `-- --rows 10000` takes fewer.
import path from 'node:path';
import { copyRows } from './bench/copy-rows.mjs';
import { readCounts } from './bench/read-counts.mjs';
import { forkServer, runBench } from './bench/run-bench.mjs';
import { ROOT } from './lib/run-program.mjs';

const MIB = 1024 * 1024;
const { rows: COUNT } = readCounts({ rows: 100_000 });

await runBench(async (folder, cleanup) => {
  const { server, url, token, databaseUrl } = await forkServer('serve-tables.mjs', [folder], cleanup);
  const { createClient } = await import(path.join(ROOT, 'dist/client/index.js'));
  const client = createClient({ url, token, retryDelaysMs: [] });
  // What is compiled and connected at first use is not what is measured.
  await client.importDatasets({ body: asStream(makeRows('warm', 1000)) });
  report('import', await secondsOf(() => client.importDatasets({ body: asStream(makeRows('set', COUNT)) })));
  report(
    'the same import again',
    await secondsOf(() => client.importDatasets({ body: asStream(makeRows('set', COUNT)) })),
  );
  report('COPY', await copyRows([...makeRows('copied', COUNT)], { databaseUrl, folder }));
  for (const format of ['csv', 'jsonl']) await measureExport(server, client, format);
});

async function measureExport(server, client, format) {
  const rss = [];
  const note = ({ rssBytes }) => rss.push(rssBytes);
  server.on('message', note);
  let sizeBytes = 0;
  const seconds = await secondsOf(async () => {
    for await (const chunk of await client.exportDatasets({ query: { format } })) sizeBytes += chunk.length;
  });
  server.off('message', note);
  const total = 2 * COUNT + 1000;
  console.log(
    `export as ${format}: ${Math.round(total / seconds)} datasets/s, ${Math.round(sizeBytes / MIB)} MiB; ` +
      `the server’s memory in MiB, every half a second: ${rss.map((bytes) => Math.round(bytes / MIB)).join(' ')}`,
  );
}

function report(name, seconds) {
  console.log(`${name}: ${Math.round(COUNT / seconds)} rows/s (${COUNT} rows, ${seconds.toFixed(1)} s)`);
}

async function secondsOf(work) {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

async function* asStream(rows) {
  for (const row of rows) yield { project: 'bench', ...row };
}

function* makeRows(name, count) {
  for (let n = 0; n < count; n += 1) {
    const attributes = [
      { key: 'depth', type: 'float', value: n / 7 },
      { key: 'individuals', type: 'integer', value: n },
      { key: 'species', type: 'char', value: `Adelie ${n % 5}` },
      { key: 'breeding', type: 'boolean', value: n % 2 === 0 },
      { key: 'taken', type: 'date', value: `2024-03-0${1 + (n % 9)}` },
      { key: 'at', type: 'datetime', value: '2024-03-01T10:00:00Z' },
      { key: 'source', type: 'url', value: `https://example.org/${n}` },
      { key: 'site', type: 'lat-long', latitude: n % 90, longitude: n % 180 },
    ];
    yield { name: `${name} ${n}`, attributes };
  }
}

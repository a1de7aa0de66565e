// `npm run bench:datasets`: trivial datasets through the whole system on the embedded stack, beside a floor that is
// measured in the same run on the same Temporal server: the same leases, claims and activities, that do nothing.
// `-- --datasets 20` takes fewer.
import { readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import path from 'node:path';
import { measureDatasets } from './bench/measure-datasets.mjs';
import { readCounts } from './bench/read-counts.mjs';
import { buildProject } from './lib/build-project.mjs';
import { Cleanup } from './lib/cleanup.mjs';
import { startDemoStack } from './lib/demo-stack.mjs';
import { ROOT } from './lib/run-program.mjs';
import { runScript } from './lib/run-script.mjs';

const { datasets: COUNT } = readCounts({ datasets: 150 });
const SINGLES = Math.min(15, COUNT);
const HOSTS = ['bench-1', 'bench-2'];
const SLOTS = 10;

await runScript(async () => {
  await buildProject();
  const { measureFloor } = await import('./bench/measure-floor.mjs');
  const { createClient } = await import(path.join(ROOT, 'dist/client/index.js'));
  const cleanup = new Cleanup();
  try {
    console.log('Starting the stack');
    const stack = await startDemoStack(cleanup);
    const token = (await readFile(path.join(stack.folder, 'data/admin-token'), 'utf8')).trim();
    const client = createClient({ url: stack.url, token });
    const { temporal } = await client.getHostConfig();
    console.log('Measuring the floor');
    const before = await measureFloor(temporal.address, { singles: SINGLES, count: COUNT });
    console.log('Measuring datasets');
    const measured = await measureDatasets(client, {
      singles: SINGLES,
      count: COUNT,
      startHosts: () => Promise.all(HOSTS.map((name) => startHost(stack, name, cleanup))),
    });
    report('floor', before);
    report('datasets', measured);
    const ratio = before.together / measured.together;
    console.log(`rate of the datasets to the floor's: ${(ratio * 100).toFixed(0)} %`);
    console.log(`load average: ${loadavg()[0].toFixed(1)}`);
  } finally {
    await cleanup.run();
  }
});

/** Resolves when the host is ready. */
async function startHost(stack, name, cleanup) {
  await new Promise((resolve) => {
    const args = ['loop', '--concurrency', `${SLOTS}`, '--directory', path.join(stack.folder, name)];
    const host = stack.crunch.watch(args, {
      env: { CRUNCH_HOST: name },
      onEvent: ({ type }) => type === 'started' && resolve(),
    });
    cleanup.add(() => host.stop());
  });
}

function report(name, { singles, together }) {
  const sorted = singles.toSorted((a, b) => a - b).map((seconds) => `${(seconds * 1000).toFixed(0)} ms`);
  const middle = sorted[Math.floor(sorted.length / 2)];
  console.log(
    `${name}: alone min ${sorted[0]}, median ${middle}, max ${sorted.at(-1)}; ${COUNT} together ${(COUNT / together).toFixed(1)}/s`,
  );
}

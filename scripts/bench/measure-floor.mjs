import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const STARTS_AT_ONCE = 8;
// A floor that is broken is to say so.
const LIMIT = { workflowExecutionTimeout: '2 minutes' };

/**
 * What the Temporal server at `address` does with workflows that lease, claim and report as a dataset's does, but whose
 * activities do nothing, on one workflow worker and two hosts: seconds for each of `singles` alone, and for `count`
 * together.
 */
export async function measureFloor(address, { singles, count }) {
  const folder = await mkdtemp(path.join(tmpdir(), 'crunch-floor-'));
  const workers = [];
  const connection = await Connection.connect({ address });
  try {
    const bundle = path.join(folder, 'bundle.js');
    const logger = new DefaultLogger('ERROR');
    const { code } = await bundleWorkflowCode({ workflowsPath: path.join(HERE, 'floor-workflow.mjs'), logger });
    await writeFile(bundle, code);
    workers.push(await startWorker(address, 'workflows', bundle));
    for (const host of ['floor.host.1', 'floor.host.2']) workers.push(await startWorker(address, 'host', host));
    const client = new Client({ connection });
    await run(client, 'warm', 3);
    const seconds = [];
    for (let single = 0; single < singles; single += 1) seconds.push(await run(client, `single-${single}`, 1));
    return { singles: seconds, together: await run(client, 'together', count) };
  } finally {
    for (const worker of workers) worker.kill('SIGTERM');
    await Promise.all(workers.map((worker) => once(worker, 'exit')));
    await connection.close();
    await rm(folder, { recursive: true });
  }
}

async function startWorker(address, role, argument) {
  const argv = [path.join(HERE, 'floor-worker.mjs'), address, role, argument];
  const worker = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(worker.stdout, 'data');
  return worker;
}

/** Seconds until all are completed. */
async function run(client, name, count) {
  const startedMs = performance.now();
  const waiting = Array.from({ length: count }, (_, index) => `floor/${name}/${index}`).values();
  const results = [];
  const take = async () => {
    for (const workflowId of waiting) {
      const handle = await client.workflow.start('floor', { taskQueue: 'floor', workflowId, ...LIMIT });
      results.push(handle.result());
    }
  };
  await Promise.all(Array.from({ length: STARTS_AT_ONCE }, take));
  await Promise.all(results);
  return (performance.now() - startedMs) / 1000;
}

import { createHash } from 'node:crypto';
import { once } from 'node:events';

const UPLOADS_AT_ONCE = 8;
/** Times are the catalog’s own, so that asking rarely costs no exactness, and measures the system rather than the asking. */
const ASK_EVERY_MS = 1000;
const FILE = Buffer.alloc(1024, 'x');
const SHA256 = createHash('sha256').update(FILE).digest('hex');
const WORKFLOW = { kind: 'text', text: '#!/bin/sh\necho done > out.txt\n', fileName: 'workflow.sh' };

/**
 * What the whole system does with datasets of one file of 1 KB and a script of one line: seconds from queued to
 * completed, by the catalog's clock, for each of `singles` alone and for `count` together. `startHost` starts a host
 * and resolves when it is ready.
 */
export async function measureDatasets(client, { singles, count, startHosts }) {
  await client.createProject({ body: { name: 'Bench', engine: 'script', workflow: WORKFLOW } });
  const alone = await addDatasets(client, 'alone', singles + 1);
  const together = await addDatasets(client, 'together', count);
  await startHosts();
  const seconds = [];
  for (const slug of alone) seconds.push(await process(client, [slug]));
  return { singles: seconds.slice(1), together: await process(client, together) };
}

async function addDatasets(client, name, count) {
  const waiting = Array.from({ length: count }, (_, index) => `${name} ${index}`).values();
  const slugs = [];
  const take = async () => {
    for (const dataset of waiting) {
      const { slug } = await client.createDataset({ body: { project: 'bench', name: dataset, held: true } });
      const body = { sizeBytes: FILE.length, open: () => new Blob([FILE]) };
      await client.putFile({ params: { slug, path: 'input.txt' }, query: { sha256: SHA256 }, body });
      slugs.push(slug);
    }
  };
  await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, take));
  return slugs;
}

/** Seconds from the first that was queued to the last that was completed, by the catalog's own clock. */
async function process(client, slugs) {
  await client.queueDatasets({ body: { datasets: slugs, includeHeld: true } });
  while (await isUnderWay(client)) await once(AbortSignal.timeout(ASK_EVERY_MS), 'abort');
  const datasets = await Promise.all(slugs.map((slug) => client.getDataset({ params: { slug } })));
  const unfinished = datasets.find(({ state }) => state !== 'completed');
  if (unfinished) throw new Error(`${unfinished.slug} is ${unfinished.state}: ${unfinished.reason}`);
  const first = Math.min(...datasets.map(({ queuedAt }) => Date.parse(queuedAt)));
  const last = Math.max(...datasets.map(({ run }) => Date.parse(run.closedAt)));
  return (last - first) / 1000;
}

async function isUnderWay(client) {
  const query = { project: ['bench'], state: ['queued', 'running'], limit: 1 };
  return (await client.listDatasets({ query })).items.length > 0;
}

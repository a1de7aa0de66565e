import path from 'node:path';
import pg from 'pg';
import { ROOT } from '../lib/run-program.mjs';
import { timeOf } from './measure-latency.mjs';

const CLAIMERS = 50;
/** So that all claimers together take 100 datasets a second, which is more than a Temporal server lets through. */
const PAUSE_MS = 500;

const load = (module) => import(path.join(ROOT, 'dist', module));

/**
 * Hosts take the next datasets of a long queue, all at once: each claim notes one that waits as taken, and admits the
 * next one in its place. Each host claims so often. The peer takes a dataset from the queue by a bare UPDATE … SKIP LOCKED.
 */
export async function measureClaims(databaseUrl, client, claimsEach) {
  const { openCatalog } = await load('catalog/open-catalog.js');
  const { admitDatasets } = await load('catalog/admission.js');
  const { markRunClaimed } = await load('catalog/run-events.js');
  const catalog = openCatalog({ databaseUrl, poolSize: CLAIMERS });
  await client.query(`
    INSERT INTO host (name, boot, version, protocol, slots, routes, stages, engines, diagnostics, silent_after_ms)
    VALUES ('bench', 'boot', '1', 1, ${CLAIMERS}, '{any}', '{download,workflow,upload}', '{script}', '{}', 3600000)`);
  const timing = { heartbeatTimeoutMs: 1000, graceMs: 1000, killGraceMs: 1000 };
  const admit = () => admitDatasets(catalog, { timing, freeBytes: 0 });
  const waiting = await admit();
  const claim = async () => {
    const { runId } = waiting.shift();
    await markRunClaimed(catalog, { runId, host: 'bench', boot: 'boot', leaseNumber: 1, stage: 'download' });
    waiting.push(...(await admit()));
  };
  const times = await compete(claim, claimsEach);
  await catalog.close();
  return {
    name: `claim of the next dataset, ${CLAIMERS} claimers`,
    targetMs: 10,
    times,
    peer: await measureBare(databaseUrl, claimsEach),
  };
}

async function measureBare(databaseUrl, claimsEach) {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: CLAIMERS });
  const claim = () =>
    pool.query(`
      UPDATE dataset SET state = 'running' WHERE item_id = (
        SELECT item_id FROM dataset WHERE state = 'queued' AND open_run_id IS NULL
        ORDER BY item_id LIMIT 1 FOR UPDATE SKIP LOCKED
      )`);
  const times = await compete(claim, claimsEach);
  await pool.end();
  return times;
}

async function compete(claim, claimsEach) {
  const claimers = Array.from({ length: CLAIMERS }, async (_, number) => {
    const times = [];
    await pause((number / CLAIMERS) * PAUSE_MS);
    for (let round = 0; round < claimsEach; round += 1) {
      times.push(await timeOf(claim));
      await pause(PAUSE_MS);
    }
    return times;
  });
  return (await Promise.all(claimers)).flat();
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

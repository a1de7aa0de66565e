import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cacheFolder } from '../../platform/cache-folder.ts';
import { resolveTemporalBinary } from '../../platform/embedded/resolve-temporal-binary.ts';
import { startTemporalServer } from '../../platform/embedded/temporal-server.ts';
import { setUpTemporal } from '../../platform/set-up-temporal.ts';

/** A Temporal server for tests, which ends with them. */
export interface TestTemporal {
  address: string;
  namespace: string;
  stop(): Promise<void>;
}

/** Starts a server that keeps everything in memory, with the search attributes set. */
export async function startTestTemporal(): Promise<TestTemporal> {
  const binary = await resolveTemporalBinary({ environment: process.env, cacheFolder: cacheFolder() });
  const folder = await mkdtemp(path.join(tmpdir(), 'crunch-temporal-'));
  const server = await startTemporalServer({ binary, logFile: path.join(folder, 'temporal.log') });
  const access = { address: server.address, namespace: 'default' };
  await setUpTemporal(access);
  return {
    ...access,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

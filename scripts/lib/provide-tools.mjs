import path from 'node:path';
import { ROOT } from './run-program.mjs';

const PLATFORM = path.join(ROOT, 'dist/platform');

/** Finds Temporal and Snakemake, or installs them into the cache folder, whose path it returns. */
export async function provideTools() {
  const { cacheFolder } = await import(path.join(PLATFORM, 'cache-folder.js'));
  const { resolveTemporalBinary } = await import(path.join(PLATFORM, 'embedded/resolve-temporal-binary.js'));
  const { findSnakemake } = await import(path.join(PLATFORM, 'python-tools.js'));
  const folder = cacheFolder();
  const onProgress = (message) => console.log(`  ${message}`);

  console.log('Tools');
  const temporal = await resolveTemporalBinary({ environment: process.env, cacheFolder: folder, onProgress });
  console.log(`  Temporal: ${temporal}`);
  const snakemake = await findSnakemake({ env: process.env, cacheFolder: folder, onProgress });
  console.log(`  Snakemake: ${snakemake.path}`);
  return folder;
}

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from './run-program.mjs';

/** Stamps lie beside what was built, so that whoever removes it removes them too. */
export const BUILD_STATE = path.join(ROOT, 'dist/.build');

/**
 * Runs a step of the build unless its inputs are what they were when it last succeeded and its output is there.
 * `inputs` are files and folders, `output` is one file. Prints one
 * line on stderr: what `npm pack` prints on stdout is read by programs.
 */
export async function runWhenChanged({ name, inputs, output, run }) {
  const startedAt = performance.now();
  const stamp = path.join(BUILD_STATE, `${name.replaceAll(' ', '-')}.stamp`);
  const print = await fingerprint(inputs);
  if (existsSync(path.join(ROOT, output)) && (await readStamp(stamp)) === print) {
    console.error(`  ${name}: up to date`);
    return;
  }
  await rm(stamp, { force: true });
  await run();
  await mkdir(BUILD_STATE, { recursive: true });
  await writeFile(stamp, print);
  console.error(`  ${name}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}

/** All files below a path, or the path itself when it is a file, relative to the project, in a stable order. */
export async function filesBelow(relative) {
  const absolute = path.join(ROOT, relative);
  if (!existsSync(absolute)) return [];
  if ((await stat(absolute)).isFile()) return [relative];
  const entries = await readdir(absolute, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)))
    .toSorted();
}

async function fingerprint(inputs) {
  const hash = createHash('sha256');
  const files = (await Promise.all(inputs.map(filesBelow))).flat();
  for (const file of files.filter((it) => !it.endsWith('.test.ts'))) {
    hash.update(`${file}\0`);
    hash.update(await readFile(path.join(ROOT, file)));
  }
  return hash.digest('hex');
}

async function readStamp(stamp) {
  return existsSync(stamp) ? await readFile(stamp, 'utf8') : undefined;
}

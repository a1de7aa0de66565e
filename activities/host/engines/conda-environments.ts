import { readFile } from 'node:fs/promises';
import path from 'node:path';

const CONDA_DIRECTIVE = /^[ \t]+conda:/m;
const INCLUDED_FILE = /^[ \t]*(?:include|snakefile):\s*["']([^"']+)["']/gm;

/**
 * Whether a Snakemake workflow has a rule that names a conda environment: in its file, or in one that it includes by a
 * literal path. Snakemake itself can't tell on a machine without conda: with deployment it fails for every workflow,
 * and without it runs such rules outside their environment.
 */
export async function namesCondaEnvironment(snakefile: string): Promise<boolean> {
  const seen = new Set<string>();
  const waiting = [path.resolve(snakefile)];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const text = await readFile(file, 'utf8').catch(() => '');
    if (CONDA_DIRECTIVE.test(text)) return true;
    const folder = path.dirname(file);
    for (const [, included = ''] of text.matchAll(INCLUDED_FILE)) waiting.push(path.resolve(folder, included));
  }
  return false;
}

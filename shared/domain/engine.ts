/** What can run a user's workflow. */
export const ENGINES = ['script', 'snakemake'] as const;
export type Engine = (typeof ENGINES)[number];

/** False for an engine that only a newer version has. */
export function isEngine(name: string): name is Engine {
  return (ENGINES as readonly string[]).includes(name);
}

/**
 * Guesses the engine from a workflow's file name and first line: `Snakefile` and `*.smk` are Snakemake, a text that
 * begins with `#!` or a name that ends in `.sh`, `.bash` or `.py` is a script, anything else is Snakemake as in
 * django-crunch.
 */
export function guessEngine(fileName: string, text = ''): Engine {
  if (/(^|\/)snakefile$|\.smk$/i.test(fileName)) return 'snakemake';
  if (text.startsWith('#!') || /\.(sh|bash|py)$/i.test(fileName)) return 'script';
  return 'snakemake';
}

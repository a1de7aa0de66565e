import { open } from 'node:fs/promises';
import type { WorkflowEngine } from './workflow-engine.ts';

/** Linux reads no more of a first line either. */
const FIRST_LINE_BYTES = 256;

/** Runs a workflow as a script: by the interpreter that its first line names, else by `sh`. */
export const scriptEngine: WorkflowEngine = {
  async prepare(files) {
    const interpreter = interpreterOf(await readStart(files.entry));
    return { argv: [...interpreter, files.entry], env: { CRUNCH_PARAMETERS: files.parametersFile } };
  },
  async tidy() {},
  explain() {
    return undefined;
  },
};

/**
 * The interpreter that a script's first line names, with at most one argument as the kernel splits it. Started by us
 * and not by the kernel, so that a workspace on a file system without execute permission will do.
 */
export function interpreterOf(start: string): [string, ...string[]] {
  const line = /^#!\s*(\S+)(?:[ \t]+(.*\S))?\s*$/.exec(start.split('\n', 1)[0] ?? '');
  const [, program, argument] = line ?? [];
  if (program === undefined) return ['sh'];
  return argument === undefined ? [program] : [program, argument];
}

async function readStart(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(FIRST_LINE_BYTES), 0, FIRST_LINE_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

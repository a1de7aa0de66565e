import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const TIMEOUT_MS = 20_000;

/** The version of a program on PATH, or at a path, as its `--version` begins; undefined where there is no such program. */
export async function findTool(program: string): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, ['--version'], { timeout: TIMEOUT_MS });
    return (stdout || stderr).split('\n')[0]?.trim();
  } catch {
    return undefined;
  }
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const TIMEOUT_MS = 20_000;

/** The first line of what a program says to `--version`; undefined where it doesn't run. */
export async function readToolVersion(program: string): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, ['--version'], { timeout: TIMEOUT_MS });
    return (stdout || stderr).split('\n')[0]?.trim();
  } catch {
    return undefined;
  }
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const TIMEOUT_MS = 30_000;

/** The version that an executable tells, such as `1.9.1`. Throws for one that is not Temporal's command line. */
export async function readTemporalVersion(executable: string): Promise<string> {
  const { stdout } = await promisify(execFile)(executable, ['--version'], { timeout: TIMEOUT_MS });
  const version = /^temporal version (\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  if (!version) throw new Error(`“${executable} --version” prints no version of Temporal`);
  return version;
}

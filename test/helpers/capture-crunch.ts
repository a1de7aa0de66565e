import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { runCrunch } from '../../cli/run-crunch.ts';

interface Captured {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs a command line in this process, without a terminal and with `piped` as its input, and gives what it ended with
 * and wrote.
 */
export async function captureCrunch(commandLine: string[], env: NodeJS.ProcessEnv = {}, piped = ''): Promise<Captured> {
  const stdin = new PassThrough();
  stdin.end(piped);
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const written = Promise.all([text(stdout), text(stderr)]);
  const exitCode = await runCrunch(commandLine, { stdin, stdout, stderr, env });
  stdout.end();
  stderr.end();
  const [out, err] = await written;
  return { exitCode, stdout: out, stderr: err };
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { CrunchError, messageOf } from '../shared/errors/crunch-error.ts';
import { selectProgramEnvironment } from './program-environment.ts';

interface ProgramOptions {
  argv: readonly [string, ...string[]];
  cwd: string;
  /** Goes over the harmless variables of the host. */
  env: Record<string, string>;
  /** The file descriptor that becomes stdout and stderr. */
  output: number;
}

interface StartedProgram {
  groupId: number;
  exit: Promise<ProgramEnd>;
}

export interface ProgramEnd {
  /** Null when a signal ended the program. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
}

/** Starts a program in a process group of its own, with nothing on its stdin. Says in words why it can't be started. */
export async function startProgram({ argv, cwd, env, output }: ProgramOptions): Promise<StartedProgram> {
  const [program, ...programArguments] = argv;
  try {
    const child = spawn(program, programArguments, {
      cwd,
      env: { ...selectProgramEnvironment(process.env), ...env },
      detached: true,
      stdio: ['ignore', output, output],
    });
    const exit = new Promise<ProgramEnd>((resolve) => {
      child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
    });
    await once(child, 'spawn');
    return { groupId: child.pid as number, exit };
  } catch (error) {
    throw await explainStartFault(error, program, cwd);
  }
}

async function explainStartFault(error: unknown, program: string, cwd: string): Promise<CrunchError> {
  const folder = await stat(cwd).catch(() => undefined);
  const fault = (code: 'missing-tool' | 'invalid-input' | 'host-cannot', reason: string) =>
    new CrunchError(code, `“${program}” can't be started: ${reason}`, { cause: error });
  if (!folder?.isDirectory()) return fault('host-cannot', `its folder ${cwd} is missing`);
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return fault('missing-tool', 'it, or the interpreter in its first line, is not on this host; install it');
    case 'EACCES':
      return fault('invalid-input', 'it is not executable; “chmod +x” makes it so');
    default:
      return fault('host-cannot', messageOf(error));
  }
}

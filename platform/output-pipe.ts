import { execFile } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CrunchError, messageOf } from '../shared/errors/crunch-error.ts';

/** A pipe whose writing end can be a program's stdout and stderr at once, so that their lines stay in order. */
export interface OutputPipe {
  /** For a child's `stdio`; to be closed by `closeWritingEnd` once the child has it. */
  writingEnd: number;
  closeWritingEnd(): void;
  /** Ends when nobody holds the writing end any more. */
  reader: Socket;
}

/** Making a pipe takes a program, `mkfifo`; many at once take no longer than one. */
const PIPES_AT_ONCE = 16;

interface PipeEnds {
  readingEnd: number;
  writingEnd: number;
}

const ready: PipeEnds[] = [];

/**
 * Opens a real pipe. Node's own `'pipe'` is a socket, on which `echo … > /dev/stderr`, common in shell scripts, fails.
 */
export async function openOutputPipe(): Promise<OutputPipe> {
  const { readingEnd, writingEnd } = ready.pop() ?? (await makePipes());
  return {
    writingEnd,
    closeWritingEnd: () => closeSync(writingEnd),
    reader: new Socket({ fd: readingEnd, readable: true, writable: false }),
  };
}

/** Makes as many as are worth one `mkfifo`, keeps all but one of them, and returns that one. */
async function makePipes(): Promise<PipeEnds> {
  const folder = await mkdtemp(join(tmpdir(), 'crunch-pipe-'));
  try {
    const paths = Array.from({ length: PIPES_AT_ONCE }, (_, index) => join(folder, String(index)));
    await promisify(execFile)('mkfifo', ['-m', '600', ...paths]);
    const [first, ...others] = paths.map(openEnds);
    ready.push(...others);
    return first as PipeEnds;
  } catch (error) {
    const message = `No pipe for a program's output could be made in ${folder}: ${messageOf(error)}`;
    throw new CrunchError('host-cannot', message, { cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The reading end goes first and doesn't wait: opening one end of a pipe blocks until the other is open. */
function openEnds(path: string): PipeEnds {
  const readingEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { readingEnd, writingEnd: openSync(path, constants.O_WRONLY) };
}

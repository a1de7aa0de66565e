import { createReadStream, createWriteStream } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { CrunchError, messageOf } from '../shared/errors/crunch-error.ts';

interface LogLimits {
  /** So much of the output's beginning is kept, in whole chunks. */
  headBytes: number;
  /** At least half of this, and at most this, is kept of its end. */
  tailBytes: number;
  /** What stands between the two. */
  marker(leftOutBytes: number): string;
}

const DEFAULT_LIMITS: LogLimits = {
  headBytes: 48 * 1024 ** 2,
  tailBytes: 16 * 1024 ** 2,
  marker: (bytes) => `\n[… ${bytes} bytes left out …]\n`,
};

/** A log file that keeps the beginning and the end of an output of any size. */
export interface CappedLog {
  write(chunk: Buffer): Promise<void>;
  /** Puts the end behind the beginning, with a line between that says how much is left out. */
  close(): Promise<void>;
}

/**
 * Opens a log; what is in the file already stays, and counts as its beginning. While the output is longer than the
 * head, its end lies in two files beside the log, written in turn, so that memory holds nothing of it.
 * Raises `host-disk-full` when the file system takes no more.
 */
export async function openCappedLog(path: string, limits: Partial<LogLimits> = {}): Promise<CappedLog> {
  return translateFaults(path, async () => {
    const head = await open(path, 'a');
    const { size } = await head.stat();
    return new HeadAndTail(path, head, size, { ...DEFAULT_LIMITS, ...limits });
  });
}

class HeadAndTail implements CappedLog {
  readonly #path: string;
  readonly #head: FileHandle;
  readonly #limits: LogLimits;
  #headBytesLeft: number;
  #tail: TailSegments | undefined;

  constructor(path: string, head: FileHandle, sizeBytes: number, limits: LogLimits) {
    this.#path = path;
    this.#head = head;
    this.#limits = limits;
    this.#headBytesLeft = limits.headBytes - sizeBytes;
  }

  write(chunk: Buffer): Promise<void> {
    return translateFaults(this.#path, async () => {
      this.#headBytesLeft -= chunk.length;
      if (this.#tail === undefined && this.#headBytesLeft >= 0) return this.#head.appendFile(chunk);
      this.#tail ??= await TailSegments.open(this.#path, this.#limits.tailBytes / 2);
      await this.#tail.write(chunk);
    });
  }

  close(): Promise<void> {
    return translateFaults(this.#path, async () => {
      await this.#head.close();
      await this.#tail?.moveBehind(this.#path, this.#limits.marker);
    });
  }
}

/** The end of an output in two files: when one is full, the other, older one is emptied and written next. */
class TailSegments {
  readonly #paths: [string, string];
  readonly #segmentBytes: number;
  #file: FileHandle;
  #current: 0 | 1 = 0;
  #sizes: [number, number] = [0, 0];
  #droppedBytes = 0;

  private constructor(paths: [string, string], file: FileHandle, segmentBytes: number) {
    this.#paths = paths;
    this.#file = file;
    this.#segmentBytes = segmentBytes;
  }

  static async open(logPath: string, segmentBytes: number): Promise<TailSegments> {
    const paths: [string, string] = [`${logPath}.tail-0`, `${logPath}.tail-1`];
    return new TailSegments(paths, await open(paths[0], 'w'), segmentBytes);
  }

  async write(chunk: Buffer): Promise<void> {
    if (this.#sizes[this.#current] >= this.#segmentBytes) await this.#turn();
    await this.#file.appendFile(chunk);
    this.#sizes[this.#current] += chunk.length;
  }

  async #turn(): Promise<void> {
    await this.#file.close();
    this.#current = this.#current === 0 ? 1 : 0;
    this.#droppedBytes += this.#sizes[this.#current];
    this.#sizes[this.#current] = 0;
    this.#file = await open(this.#paths[this.#current], 'w');
  }

  async moveBehind(logPath: string, marker: LogLimits['marker']): Promise<void> {
    await this.#file.close();
    const log = createWriteStream(logPath, { flags: 'a' });
    if (this.#droppedBytes > 0) log.write(marker(this.#droppedBytes));
    const older = this.#current === 0 ? 1 : 0;
    if (this.#sizes[older] > 0) await pipeline(createReadStream(this.#paths[older]), log, { end: false });
    await pipeline(createReadStream(this.#paths[this.#current]), log);
    await Promise.all(this.#paths.map((path) => rm(path, { force: true })));
  }
}

async function translateFaults<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw new CrunchError(
      'host-disk-full',
      `The log ${path} can't be written (${messageOf(error)}): make room or correct the folder's rights`,
      { cause: error },
    );
  }
}

import { open, mkdir, readdir, readFile, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { openCappedLog, type CappedLog } from '../../platform/capped-log.ts';
import { LEASE_OUTPUT_LIMITS, REPORTED_LINES, type OutputLine } from '../../shared/domain/run-output.ts';

/** Whose output it is. */
export interface OutputOwner {
  runId: string;
  leaseNumber: number;
  host: string;
  boot: string;
}

/** Lines on their way to the server. */
interface OutputBatch {
  /** How many lines came before these. */
  first: number;
  lines: OutputLine[];
}

/** In a host's directory; no workspace is called so. */
const SPOOL_FOLDER = '.crunch-output';
const ENDING = '.ndjson';

/** Read from the disk at a time. */
const BLOCK_BYTES = 256 * 1024;
const NEWLINE = 0x0a;

/**
 * What a lease prints, on disk until the server has it. Of an output that is larger than the limits the beginning and
 * the end are kept, with a line between that says how much is missing; the end can be read when the spool is closed.
 */
export class OutputSpool {
  readonly owner: OutputOwner;
  readonly #file: string;
  #log: CappedLog | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isClosed = false;
  #isWhole = false;
  /** Where the next unsent line begins in the file, and how many come before it. */
  #offset = 0;
  #next = 0;
  /** So many lines are with the server. */
  #received = 0;
  #isDone = false;

  constructor(directory: string, owner: OutputOwner) {
    this.owner = owner;
    this.#file = path.join(directory, SPOOL_FOLDER, `${owner.runId}.${owner.leaseNumber}${ENDING}`);
  }

  /** What an earlier process of this directory left, which may have been killed in the middle of a line. */
  static async findLeft(directory: string): Promise<OutputSpool[]> {
    const names = await readdir(path.join(directory, SPOOL_FOLDER)).catch(() => []);
    const files = names.filter((name) => name.endsWith(ENDING)).map((name) => path.join(directory, SPOOL_FOLDER, name));
    const spools = await Promise.all(files.map((file) => OutputSpool.#reopen(directory, file)));
    return spools.filter((spool) => spool !== undefined);
  }

  static async #reopen(directory: string, file: string): Promise<OutputSpool | undefined> {
    const owner = await readFile(ownerFile(file), 'utf8').catch(() => undefined);
    if (owner === undefined) {
      await removeSpool(file);
      return undefined;
    }
    const spool = new OutputSpool(directory, JSON.parse(owner) as OutputOwner);
    if (await exists(`${file}.tail-0`)) {
      // Which of its two parts is the later one, only the process that wrote them knew.
      const text = '[… what came after this was lost when the host was ended …]';
      await writeFile(file, `\n${toText({ atMs: Date.now(), stage: '', text })}`, { flag: 'a' });
    }
    spool.#isClosed = spool.#isWhole = true;
    return spool;
  }

  /** Whether everything that will ever be in it is with the server. */
  get isDone(): boolean {
    return this.#isDone;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Resolves when the lines are on disk. What comes after `close` is dropped. */
  async write(lines: readonly OutputLine[]): Promise<void> {
    if (this.#isClosed || lines.length === 0) return;
    const bytes = Buffer.from(lines.map(toText).join(''));
    this.#writing = this.#writing.then(async () => {
      this.#log ??= await this.#open();
      await this.#log.write(bytes);
    });
    await this.#writing;
  }

  /** Nothing more comes. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      await this.#writing;
    } finally {
      await this.#log?.close();
      this.#isWhole = true;
    }
  }

  /** The next lines that the server doesn't have, as far as they are on disk. */
  async read(): Promise<OutputBatch> {
    const wasWhole = this.#isWhole;
    const file = await open(this.#file).catch(() => undefined);
    try {
      for (;;) {
        const block = file === undefined ? Buffer.alloc(0) : await this.#readBlock(file);
        const lines = linesOf(block);
        if (lines.length === 0) this.#isDone = wasWhole;
        const known = Math.min(lines.length, this.#received - this.#next);
        if (known <= 0) return { first: this.#next, lines: lines.map(toLine) };
        this.#offset += endOfLine(block, known);
        this.#next += known;
      }
    } finally {
      await file?.close();
    }
  }

  /** The server has so many lines of the lease. */
  acknowledge(received: number): void {
    this.#received = Math.max(this.#received, received);
  }

  /** The server has all of it, or will never take it. */
  async remove(): Promise<void> {
    await this.close();
    await removeSpool(this.#file);
  }

  async #open(): Promise<CappedLog> {
    await mkdir(path.dirname(this.#file), { recursive: true });
    await writeFile(ownerFile(this.#file), JSON.stringify(this.owner));
    return openCappedLog(this.#file, { ...LEASE_OUTPUT_LIMITS, marker: toMarker });
  }

  /** Whole lines from where the next unsent one begins, at most as many as a report holds. */
  async #readBlock(file: FileHandle): Promise<Buffer> {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(BLOCK_BYTES), 0, BLOCK_BYTES, this.#offset);
    const read = buffer.subarray(0, bytesRead);
    return read.subarray(0, endOfLine(read, REPORTED_LINES));
  }
}

/** Where the line of this number ends, or the last whole one; 0 where none does. */
function endOfLine(block: Buffer, number: number): number {
  let end = 0;
  for (let count = 0; count < number; count += 1) {
    const newline = block.indexOf(NEWLINE, end);
    if (newline === -1) break;
    end = newline + 1;
  }
  return end;
}

function ownerFile(file: string): string {
  return `${file}.owner`;
}

async function removeSpool(file: string): Promise<void> {
  const files = [file, `${file}.tail-0`, `${file}.tail-1`, ownerFile(file)];
  for (const each of files) await rm(each, { force: true });
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

function linesOf(block: Buffer): string[] {
  return block.length === 0 ? [] : block.toString('utf8', 0, block.length - 1).split('\n');
}

function toText(line: OutputLine): string {
  return `${JSON.stringify(line)}\n`;
}

function toMarker(leftOutBytes: number): string {
  const text = `[… about ${Math.ceil(leftOutBytes / 1024 ** 2)} MiB left out …]`;
  return toText({ atMs: Date.now(), stage: '', text });
}

/** Each line counts, also one that was cut when its process was killed. */
function toLine(text: string): OutputLine {
  try {
    return JSON.parse(text) as OutputLine;
  } catch {
    return { atMs: Date.now(), stage: '', text: '[… a line was lost when the host was ended …]' };
  }
}

import { open, type FileHandle } from 'node:fs/promises';
import { cleanLine } from '../../platform/clean-line.ts';
import type { JsonObject } from '../../shared/domain/json.ts';

const TAIL_LINES = 5;

/** A stage's log file, and how far the stage is, as its heartbeats tell. */
export class StageLog {
  private readonly path: string;
  private readonly show: (lines: string[]) => Promise<void>;
  private file: FileHandle | undefined;
  private readonly tail: string[] = [];
  private fraction: number | null = null;
  private message = '';
  private written: Promise<unknown> = Promise.resolve();
  private isClosed = false;

  /** The file is made with the first line, anew. `show` lets people read lines while the stage runs. */
  constructor(path: string, show: (lines: string[]) => Promise<void>) {
    this.path = path;
    this.show = show;
  }

  /** What a heartbeat says. */
  get progress(): JsonObject {
    return { fraction: this.fraction, message: this.message, tail: this.tail.join('\n') };
  }

  /** After `close` nothing is written: the file may be that of the next run by then. */
  write(line: string): void {
    const lines = line.split('\n').map(cleanLine);
    lines.forEach((each) => this.note(each));
    if (this.isClosed) return;
    this.written = this.written.then(async () => {
      await this.append(`${line}\n`);
      await this.show(lines);
    });
    // Told by close(), whoever wrote last.
    this.written.catch(() => undefined);
  }

  /** Takes lines of a program, whose own log has them already. */
  async take(lines: string[]): Promise<void> {
    lines.slice(-TAIL_LINES).forEach((line) => this.note(line));
    await this.show(lines);
  }

  private note(line: string): void {
    this.tail.push(line.slice(0, 400));
    if (this.tail.length > TAIL_LINES) this.tail.shift();
  }

  setProgress(fraction: number, message = ''): void {
    this.fraction = Math.min(1, Math.max(0, fraction));
    this.message = message.slice(0, 400);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    try {
      await this.written;
    } finally {
      await this.file?.close();
    }
  }

  private async append(text: string): Promise<void> {
    this.file ??= await open(this.path, 'w');
    await this.file.appendFile(text);
  }
}

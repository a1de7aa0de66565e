import { cleanLine, MAX_LINE_LENGTH } from './clean-line.ts';

/** Gives an output to a listener line by line; a line of any length takes little memory. */
export class LineSplitter {
  readonly #decoder = new TextDecoder();
  readonly #onLine: (line: string) => void;
  #unfinished = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    const lines = this.#decoder.decode(chunk, { stream: true }).split('\n');
    lines[0] = this.#unfinished + lines[0];
    this.#unfinished = shorten(lines.pop() ?? '');
    for (const line of lines) this.#onLine(cleanLine(line));
  }

  /** To be called when the output has ended: a last line without a line end counts too. */
  end(): void {
    if (this.#unfinished !== '') this.#onLine(cleanLine(this.#unfinished));
    this.#unfinished = '';
  }
}

/** Bounds a line that is still growing; what a progress bar wrote over is dropped first. */
function shorten(line: string): string {
  if (line.length <= MAX_LINE_LENGTH) return line;
  const visible = line.slice(line.lastIndexOf('\r', line.length - 2) + 1);
  // A return at the end may be half of a line end, or be written over by what comes.
  return visible.slice(0, MAX_LINE_LENGTH + 1) + (visible.endsWith('\r') ? '\r' : '');
}

import { stripVTControlCharacters } from 'node:util';

const MAX_LINES = 40;
const MAX_BYTES = 8 * 1024;
/** In UTF-8 at most 6,000 bytes, so that the last line always fits. */
const MAX_LINE_LENGTH = 2_000;

const CONTROL_CHARACTERS_BUT_TAB = /[^\P{Cc}\t]/gu;

/** Cuts an output into lines fit to be shown, and remembers the last 40 of them (at most 8 KB). */
export class LineTail {
  readonly #decoder = new TextDecoder();
  readonly #onLine: ((line: string) => void) | undefined;
  readonly #lines: string[] = [];
  #unfinished = '';

  constructor(onLine?: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    const lines = this.#decoder.decode(chunk, { stream: true }).split('\n');
    lines[0] = this.#unfinished + lines[0];
    this.#unfinished = shorten(lines.pop() ?? '');
    // Without a listener, only lines that can still be among the last ones are worth a look.
    for (const line of this.#onLine ? lines : lines.slice(-MAX_LINES)) this.#add(line);
  }

  /** To be called when the output has ended: a last line without a line end counts too. */
  end(): void {
    if (this.#unfinished !== '') this.#add(this.#unfinished);
    this.#unfinished = '';
  }

  get text(): string {
    let lines = this.#lines;
    while (Buffer.byteLength(lines.join('\n')) > MAX_BYTES) lines = lines.slice(1);
    return lines.join('\n');
  }

  #add(raw: string): void {
    const line = clean(raw);
    this.#onLine?.(line);
    this.#lines.push(line);
    if (this.#lines.length > MAX_LINES) this.#lines.shift();
  }
}

/** Bounds a line that is still growing; what a progress bar wrote over is dropped first. */
function shorten(line: string): string {
  if (line.length <= MAX_LINE_LENGTH) return line;
  return line.slice(line.lastIndexOf('\r', line.length - 2) + 1).slice(0, MAX_LINE_LENGTH + 1);
}

/** The line as a terminal would show it at last, without colours and control characters. */
function clean(raw: string): string {
  const shown = raw.replace(/\r+$/, '');
  const line = stripVTControlCharacters(shown.slice(shown.lastIndexOf('\r') + 1)).replace(
    CONTROL_CHARACTERS_BUT_TAB,
    '',
  );
  if (line.length <= MAX_LINE_LENGTH) return line;
  // Through a Buffer, since the cut may have left half of a character, which no database takes.
  return Buffer.from(`${line.slice(0, MAX_LINE_LENGTH - 1)}…`).toString();
}

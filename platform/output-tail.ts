import { cleanLine } from './clean-line.ts';

const MAX_LINES = 40;
const MAX_BYTES = 8 * 1024;

/** So much is remembered that the last lines are among it, even with much in them that is not shown. */
const KEPT_BYTES = 4 * MAX_BYTES;

/** Remembers the end of an output: the last 40 lines, at most 8 KB. */
export class OutputTail {
  #chunks: Buffer[] = [];
  #sizeBytes = 0;

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#sizeBytes += chunk.length;
    for (let first = this.#chunks[0]; first && this.#sizeBytes - first.length >= KEPT_BYTES; first = this.#chunks[0]) {
      this.#chunks.shift();
      this.#sizeBytes -= first.length;
    }
  }

  get text(): string {
    const end = Buffer.concat(this.#chunks).subarray(-KEPT_BYTES).toString();
    let lines = end.replace(/\n$/, '').split('\n').slice(-MAX_LINES).map(cleanLine);
    while (Buffer.byteLength(lines.join('\n')) > MAX_BYTES) lines = lines.slice(1);
    return lines.join('\n');
  }
}

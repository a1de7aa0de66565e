import { CrunchError } from '../shared/errors/crunch-error.ts';

interface LineLimits {
  /** Of a line, in characters; longer ones are refused before they are held. */
  lineLength: number;
  /** Of all together, in bytes. */
  bytes?: number;
}

/**
 * The lines of a text, without their ends; the last needs none. Little is held at a time. Throws `too-large` beyond the
 * limits, and `invalid-input` for bytes that are not UTF-8. A mark of the byte order is left out.
 */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  { lineLength, bytes = Infinity }: LineLimits,
): AsyncGenerator<string> {
  const decode = decodeUtf8();
  let unfinished = '';
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    sizeBytes += chunk.length;
    if (sizeBytes > bytes) throw tooLarge(`All lines together may have at most ${bytes} bytes`);
    const lines = decode(chunk).split('\n');
    lines[0] = unfinished + lines[0];
    if (lines.some((line) => line.length > lineLength)) {
      throw tooLarge(`A line may have at most ${lineLength} characters`);
    }
    unfinished = lines.pop() ?? '';
    yield* lines;
  }
  unfinished += decode();
  if (unfinished !== '') yield unfinished;
}

/** Makes what decodes chunks, and without one, what is left at their end. Throws `invalid-input`. */
export function decodeUtf8(): (chunk?: Uint8Array) => string {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return (chunk) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (error) {
      throw new CrunchError('invalid-input', 'The text is not UTF-8. Save it as UTF-8.', { cause: error });
    }
  };
}

function tooLarge(what: string): CrunchError {
  return new CrunchError('too-large', `${what} here. Send less at a time.`);
}

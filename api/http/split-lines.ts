import { IMPORT_LIMITS } from '../../shared/domain/import-limits.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';

const { bytes: MOST_BYTES, rowBytes: MOST_LINE_BYTES } = IMPORT_LIMITS;

/**
 * The lines of a body, without their ends; the last needs none. Little is held at a time. Throws `too-large` beyond the
 * limits, `invalid-input` for bytes that are not UTF-8, `interrupted` when the connection breaks.
 */
export async function* splitLines(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decode = makeDecoder();
  let unfinished = '';
  let sizeBytes = 0;
  for await (const chunk of untilBroken(body)) {
    sizeBytes += chunk.length;
    if (sizeBytes > MOST_BYTES) throw tooLarge('body', MOST_BYTES);
    const lines = decode(chunk).split('\n');
    lines[0] = unfinished + lines[0];
    unfinished = lines.pop() ?? '';
    if (unfinished.length > MOST_LINE_BYTES) throw tooLarge('line', MOST_LINE_BYTES);
    yield* lines;
  }
  unfinished += decode();
  if (unfinished !== '') yield unfinished;
}

/** A body that breaks off is nobody's fault here. */
async function* untilBroken(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* body;
  } catch (error) {
    throw new CrunchError('interrupted', 'The connection broke before the body’s end.', { cause: error });
  }
}

/** Of chunks, and of what is left at their end. */
function makeDecoder(): (chunk?: Buffer) => string {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return (chunk) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (error) {
      throw new CrunchError('invalid-input', 'The body is not UTF-8.', { cause: error });
    }
  };
}

function tooLarge(what: string, mostBytes: number): CrunchError {
  return new CrunchError('too-large', `A ${what} may have at most ${mostBytes} bytes here. Send less at a time.`);
}

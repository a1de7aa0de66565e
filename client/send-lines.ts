/** Lines are put together until there are so many characters to send. */
const LINES_TOGETHER = 64 * 1024;

/** Documents as bytes, one a line, made as they are read. */
export function sendLines(documents: AsyncIterable<unknown>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const rest = documents[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        let text = '';
        while (text.length < LINES_TOGETHER) {
          const next = await rest.next();
          if (next.done) {
            if (text !== '') controller.enqueue(encoder.encode(text));
            controller.close();
            return;
          }
          text += `${JSON.stringify(next.value)}\n`;
        }
        controller.enqueue(encoder.encode(text));
      },
      async cancel() {
        await rest.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

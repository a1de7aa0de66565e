import { EventSourceParserStream } from 'eventsource-parser/stream';

/** The data of the events that a body holds, as they come. Ends with the body, and throws what that fails with. */
export async function* readEvents(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator {
  const reader = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield JSON.parse(value.data) as unknown;
    }
  } finally {
    await reader.cancel();
  }
}

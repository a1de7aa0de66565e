import type { Response } from 'express';
import type { OutgoingEvent } from '../handler.ts';

/** After a lost connection a browser waits for so long. */
const RETRY_MS = 2000;

/** Sends events as they come (`text/event-stream`), each when the reader has taken those before. */
export async function sendEvents(response: Response, events: AsyncIterable<OutgoingEvent>): Promise<void> {
  const rest = events[Symbol.asyncIterator]();
  // What fails at once is still answered by a problem document.
  let next = await rest.next();
  response.status(200).set({ 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
  try {
    response.write(`retry: ${RETRY_MS}\n\n`);
    for (; !next.done && response.req.method !== 'HEAD'; next = await rest.next()) {
      if (!response.write(toText(next.value))) await untilTaken(response);
    }
  } finally {
    await rest.return?.();
    response.end();
  }
}

function toText(event: OutgoingEvent): string {
  if (event === 'keep-alive') return ': keep-alive\n\n';
  const id = event.id === undefined ? '' : `id: ${event.id}\n`;
  return `event: ${event.name}\n${id}data: ${JSON.stringify(event.data)}\n\n`;
}

async function untilTaken(response: Response): Promise<void> {
  if (response.destroyed) return;
  await new Promise<void>((resolve) => {
    const end = () => {
      response.off('drain', end).off('close', end);
      resolve();
    };
    response.on('drain', end).on('close', end);
  });
}

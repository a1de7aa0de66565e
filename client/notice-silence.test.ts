import { text } from 'node:stream/consumers';
import { noticeSilence } from './notice-silence.ts';

const bytes = (words: string) => new TextEncoder().encode(words);

test('what comes in time comes through, to the end', async () => {
  const body = new Blob(['one ', 'two']).stream();
  await expect(text(noticeSilence(body, 60_000))).resolves.toBe('one two');
});

test('a stream that falls silent fails, and what it came from is let go', async () => {
  let isLetGo = false;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => controller.enqueue(bytes('one')),
    cancel: () => void (isLetGo = true),
  });
  const reader = noticeSilence(body, 10).getReader();
  await expect(reader.read()).resolves.toMatchObject({ value: bytes('one') });
  await expect(reader.read()).rejects.toMatchObject({ code: 'api-unreachable' });
  expect(isLetGo).toBe(true);
});

test('who stops reading ends it', async () => {
  let isLetGo = false;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({ cancel: () => void (isLetGo = true) });
  await noticeSilence(body, 60_000).cancel();
  expect(isLetGo).toBe(true);
});

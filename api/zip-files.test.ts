import { Readable } from 'node:stream';
import { zipFiles } from './zip-files.ts';

const MIB = 1024 ** 2;
const recordedAt = new Date(0);

/** So many bytes, made as they are read. */
function bytes(sizeBytes: number): Readable {
  const chunk = Buffer.alloc(64 * 1024);
  let left = sizeBytes;
  return new Readable({
    read() {
      const next = Math.min(left, chunk.length);
      left -= next;
      this.push(next === 0 ? null : chunk.subarray(0, next));
    },
  });
}

async function sizeOf(stream: Readable): Promise<number> {
  let sizeBytes = 0;
  for await (const chunk of stream) sizeBytes += (chunk as Buffer).length;
  return sizeBytes;
}

test('it is as large as it says, and one file is open at a time', async () => {
  const open: Readable[] = [];
  let mostOpen = 0;
  const files = Array.from({ length: 20 }, (_, index) => ({
    path: `${index}`,
    sizeBytes: index * 100_000,
    recordedAt,
  }));
  const { stream, sizeBytes } = zipFiles('set', files, async (path) => {
    const file = bytes(Number(path) * 100_000);
    open.push(file);
    mostOpen = Math.max(mostOpen, open.filter((it) => !it.closed).length);
    return file;
  });
  expect(await sizeOf(stream)).toBe(sizeBytes);
  expect(mostOpen).toBe(1);
});

test('nothing is read ahead of a reader who takes his time, and nothing after he left', async () => {
  let read = 0;
  const file = bytes(1000 * MIB).on('data', (chunk: Buffer) => (read += chunk.length));
  const { stream } = zipFiles('set', [{ path: 'large', sizeBytes: 1000 * MIB, recordedAt }], async () => file);
  const chunks = stream[Symbol.asyncIterator]();
  let taken = 0;
  while (taken < 10 * MIB) taken += ((await chunks.next()).value as Buffer).length;
  expect(read).toBeLessThan(taken + MIB);
  const closed = new Promise((resolve) => file.once('close', resolve));
  stream.destroy();
  await closed;
});

test.each([
  ['can’t be opened', () => Promise.reject(new Error('gone')), 'gone'],
  ['is shorter than it was', () => Promise.resolve(bytes(9)), 'unexpected number of bytes'],
  ['is longer than it was', () => Promise.resolve(bytes(11)), 'unexpected number of bytes'],
  ['breaks off', () => Promise.resolve(Readable.from(failing(), { objectMode: false })), 'broken'],
])('it fails when a file %s', async (_, open, message) => {
  const files = ['whole', 'other'].map((path) => ({ path, sizeBytes: 10, recordedAt }));
  const { stream } = zipFiles('set', files, (path) => (path === 'whole' ? Promise.resolve(bytes(10)) : open()));
  await expect(sizeOf(stream)).rejects.toThrow(message);
});

function* failing(): Generator<Buffer> {
  yield Buffer.alloc(5);
  throw new Error('broken');
}

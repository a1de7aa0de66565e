import { splitLines } from './split-lines.ts';

async function split(text: string | Buffer, size: number, limits = { lineLength: 100 }): Promise<string[]> {
  const bytes = Buffer.from(text);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const lines: string[] = [];
  for await (const line of splitLines(chunks(), limits)) lines.push(line);
  return lines;
}

test.each([1, 2, 3, 100])('lines come whole, in chunks of %i bytes', async (size) => {
  expect(await split('\u{FEFF}ä\u2028b\n\n🐧\r\nlast', size)).toEqual(['ä\u2028b', '', '🐧\r', 'last']);
  expect(await split('a\n', size)).toEqual(['a']);
  expect(await split('', size)).toEqual([]);
});

test.each([1, 1000])('too long a line is refused, in chunks of %i bytes', async (size) => {
  expect(await split(`${'x'.repeat(100)}\n`, size)).toHaveLength(1);
  await expect(split(`${'x'.repeat(101)}\n`, size)).rejects.toMatchObject({ code: 'too-large' });
  await expect(split('x'.repeat(101), size)).rejects.toMatchObject({ code: 'too-large' });
});

test('too much of all is refused', async () => {
  const limits = { lineLength: 100, bytes: 10 };
  expect(await split('x\n'.repeat(5), 2, limits)).toHaveLength(5);
  await expect(split('x\n'.repeat(6), 2, limits)).rejects.toMatchObject({ code: 'too-large' });
});

test.each([1, 100])('what is not UTF-8 is refused, in chunks of %i bytes', async (size) => {
  await expect(split(Buffer.from([0x61, 0xff, 0x62]), size)).rejects.toMatchObject({ code: 'invalid-input' });
  await expect(split(Buffer.from([0x61, 0xc3]), size)).rejects.toMatchObject({ code: 'invalid-input' });
});

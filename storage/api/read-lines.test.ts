import { readLines } from './read-lines.ts';

async function* inPieces(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

test.each([1, 2, 3, 7, 1000])(
  'documents come back from pieces of %d bytes, whatever is in their names',
  async (size) => {
    const documents = ['plain', 'line\nend', 'mark \u2028 \u2029', 'ünï 👩‍🔬', ''].map((path) => ({ path }));
    const text = documents.map((document) => `${JSON.stringify(document)}\n`).join('');
    const read: unknown[] = [];
    for await (const document of readLines(inPieces(text, size))) read.push(document);
    expect(read).toEqual(documents);
  },
);

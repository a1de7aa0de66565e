import { OutputTail } from './output-tail.ts';

function tailOf(chunks: string[]): string {
  const tail = new OutputTail();
  for (const chunk of chunks) tail.push(Buffer.from(chunk));
  return tail.text;
}

test('only the last 40 lines are kept, however they come', () => {
  const lines = Array.from({ length: 1000 }, (_, index) => String(index));
  expect(tailOf([lines.join('\n')])).toBe(lines.slice(-40).join('\n'));
  expect(tailOf(lines.flatMap((line) => [line, '\n']))).toBe(lines.slice(-40).join('\n'));
});

test('the tail holds at most 8 KB, and whole characters', () => {
  const tail = tailOf([`${'é'.repeat(5_000)}\n`, ...Array.from({ length: 10 }, () => `${'😀'.repeat(3_000)}\n`)]);
  expect(Buffer.byteLength(tail)).toBeLessThanOrEqual(8 * 1024);
  expect(Buffer.from(tail).toString()).toBe(tail);
  expect(tail).toMatch(/😀/u);
});

test('a line is what a terminal would show at last', () => {
  expect(tailOf([' 10 %\r 50 %\r', `${'#'.repeat(9_000)}\r100 %\n`])).toBe('100 %');
  expect(tailOf(['\u001b[31mred\u001b[0m\ttab\0\u0007\r\n', '\nend'])).toBe('red\ttab\n\nend');
});

test('of an output without lines the end counts', () => {
  expect(tailOf(Array.from({ length: 100 }, () => 'x'.repeat(65_536)))).toMatch(/^x{1999}…$/);
});

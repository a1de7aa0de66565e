import { LineTail } from './line-tail.ts';

function tailOf(chunks: (string | Buffer)[], onLine?: (line: string) => void): string {
  const tail = new LineTail(onLine);
  for (const chunk of chunks) tail.push(Buffer.from(chunk));
  tail.end();
  return tail.text;
}

test('lines and characters may be spread over chunks', () => {
  const lines: string[] = [];
  const [first, second] = [Buffer.from('né').subarray(0, 2), Buffer.from('né').subarray(2)];
  expect(tailOf(['a', 'b\nc\r\n', first, second, '\nlast'], (line) => lines.push(line))).toBe('ab\nc\nné\nlast');
  expect(lines).toEqual(['ab', 'c', 'né', 'last']);
});

test('only the last 40 lines are kept', () => {
  const lines = Array.from({ length: 1000 }, (_, index) => String(index));
  expect(tailOf([lines.join('\n')])).toBe(lines.slice(-40).join('\n'));
});

test('the tail holds at most 8 KB, and whole characters', () => {
  const tail = tailOf([`${'é'.repeat(5_000)}\n`, ...Array.from({ length: 10 }, () => `${'😀'.repeat(3_000)}\n`)]);
  expect(Buffer.byteLength(tail)).toBeLessThanOrEqual(8 * 1024);
  expect(Buffer.from(tail).toString()).toBe(tail);
  expect(tail).toMatch(/😀/u);
});

test('a line is what a terminal would show at last', () => {
  expect(tailOf([' 10 %\r 50 %\r', `${'#'.repeat(9_000)}\r100 %\n`])).toBe('100 %');
  expect(tailOf(['\u001b[31mred\u001b[0m\ttab\0\u0007\n'])).toBe('red\ttab');
});

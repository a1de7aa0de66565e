import { LineSplitter } from './line-splitter.ts';

function linesOf(chunks: (string | Buffer)[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(Buffer.from(chunk));
  splitter.end();
  return lines;
}

test('lines and characters may be spread over chunks', () => {
  const [first, second] = [Buffer.from('né').subarray(0, 2), Buffer.from('né').subarray(2)];
  expect(linesOf(['a', 'b\nc\r\n', first, second, '\n\nlast'])).toEqual(['ab', 'c', 'né', '', 'last']);
});

test('a line without end is shortened, and what was written over is dropped', () => {
  expect(linesOf(Array.from({ length: 100 }, () => 'x'.repeat(10_000)))).toEqual([`${'x'.repeat(1_999)}…`]);
  expect(linesOf([`${'#'.repeat(9_000)}\r`, '100 %\n'])).toEqual(['100 %']);
});

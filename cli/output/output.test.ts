import { PassThrough } from 'node:stream';
import { formatSize } from '../../shared/domain/format-size.ts';
import { formatAge, formatSeconds } from '../../shared/domain/format-time.ts';
import { printable, printableLine } from './printable.ts';
import { renderFields, renderTable } from './render-table.ts';
import { Terminal } from './terminal.ts';

function terminalFor(env: NodeJS.ProcessEnv, isTTY: boolean): Terminal {
  const stream = Object.assign(new PassThrough(), { isTTY });
  return new Terminal({ stdin: new PassThrough(), stdout: stream, stderr: stream, env, json: false });
}

const plain = terminalFor({}, false);

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.00 KiB'],
  [1536, '1.50 KiB'],
  [10 * 1024 ** 2, '10.0 MiB'],
  [300 * 1024 ** 3, '300 GiB'],
  [2 * 1024 ** 5, '2.00 PiB'],
])('%d bytes are %s', (bytes, text) => expect(formatSize(bytes)).toBe(text));

test.each([
  [3, 'just now'],
  [59, '59 s ago'],
  [61, '1 min ago'],
  [7300, '2 h ago'],
  [200_000, '2 d ago'],
  [-7300, 'in 2 h'],
])('%d s ago is %s', (seconds, text) => {
  const now = Date.parse('2024-06-30T12:00:00Z');
  expect(formatAge(new Date(now - seconds * 1000).toISOString(), now)).toBe(text);
});

test.each([
  [0.042, '0.04 s'],
  [2.53, '2.5 s'],
  [59.4, '59 s'],
  [200, '3 min 20 s'],
  [7500, '2 h 5 min'],
])('%d s are %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));

test('a table has no lines, two blanks between columns, and numbers to the right', async () => {
  const rows = [
    { name: 'a', size: 5 },
    { name: 'longer', size: 1200 },
  ];
  const table = await renderTable(plain, rows, [
    { title: 'name', cell: (row) => row.name },
    { title: 'size', cell: (row) => row.size, align: 'right' },
  ]);
  expect(table).toBe('name    size\na          5\nlonger  1200');
});

test('a table stays whole when a cell holds line ends or codes that move the cursor', async () => {
  const table = await renderTable(plain, [{ note: 'one\ntwo\u001b[2J' }], [{ title: 'note', cell: (row) => row.note }]);
  expect(table).toBe('note\none two�[2J');
});

test('fields without a value are left out', () => {
  const fields = renderFields(plain, [
    ['name', 'x'],
    ['host', null],
    ['description', ''],
    ['runs', 0],
  ]);
  expect(fields).toBe('name  x\nruns  0');
});

test('control characters are shown, not obeyed', () => {
  expect(printable('a\u001b]0;title\u0007b\u202e\r\nc\td')).toBe('a�]0;title�b�\nc\td');
  expect(printableLine(' a \n\n b ')).toBe('a b');
});

test('colours are for terminals, and never against NO_COLOR', () => {
  expect(terminalFor({}, true).style('red', 'x')).toContain('\u001b[');
  expect(terminalFor({ NO_COLOR: '1' }, true).style('red', 'x')).toBe('x');
  expect(terminalFor({ TERM: 'dumb' }, true).style('red', 'x')).toBe('x');
  expect(plain.style('red', 'x')).toBe('x');
});

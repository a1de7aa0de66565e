import { TypeGuess } from './guess-type.ts';

function guess(cells: (string | { text: string; isQuoted: boolean })[]): string {
  const found = new TypeGuess();
  for (const cell of cells) found.see({ header: 'x', ...(typeof cell === 'string' ? { text: cell } : cell) });
  return found.type;
}

test.each([
  [['1', '-20', '0'], 'integer'],
  [['9007199254740991'], 'integer'],
  [['1', '2.5'], 'float'],
  [['-.5', '1e-3', '6.02E23'], 'float'],
  [['true', 'FALSE'], 'boolean'],
  [['2024-02-29', '1999-12-31'], 'date'],
  [['2024-02-29T12:00', '2024-02-29 12:00:01.5+02:00'], 'datetime'],
  [['https://example.org/a', 'http://localhost'], 'url'],
  [['-64.77, -64.07', '59.9,10.7'], 'lat-long'],
  [['', '  ', '3'], 'integer'],
  [[], 'char'],
  [['', ' '], 'char'],
])('%j is taken for %s', (cells, type) => {
  expect(guess(cells)).toBe(type);
});

test.each([
  ['a leading zero', ['007']],
  ['a leading zero before a point', ['00.5']],
  ['a plus', ['+4712345678']],
  ['more digits than a number keeps', ['12345678901234567890']],
  ['a hexadecimal', ['0x10']],
  ['no number', ['NaN', 'Infinity']],
  ['a lone sign', ['-']],
  ['too large a number', ['1e999']],
  ['a word', ['1', 'deep']],
  ['yes and no', ['yes', 'no']],
  ['a day that there was not', ['2023-02-29']],
  ['dates and times', ['2024-02-29', '2024-02-29T12:00']],
  ['another scheme', ['ftp://example.org']],
  ['decimal commas', ['1,5', '2,75']],
  ['a place off the Earth', ['91.0, 10.0']],
  ['three coordinates', ['1.0, 2.0, 3.0']],
  ['a text of JSON that looks like a number', [{ text: '12', isQuoted: true }]],
  ['an empty text of JSON', [{ text: '', isQuoted: true }, '12']],
])('%s is taken for a text', (_, cells) => {
  expect(guess(cells)).toBe('char');
});

test('the order of the cells makes no difference', () => {
  expect(guess(['2.5', '1'])).toBe('float');
  expect(guess(['deep', '1'])).toBe('char');
});

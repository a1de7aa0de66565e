import { parseColumns } from './parse-columns.ts';
import { parseSort } from './parse-sort.ts';

test.each([
  ['updated', { subject: { field: 'updated' }, descending: false }],
  ['-size', { subject: { field: 'size' }, descending: true }],
  ['attr.depth', { subject: { attribute: 'depth' }, descending: false }],
  ['-attr."key with blanks"', { subject: { attribute: 'key with blanks' }, descending: true }],
])('reads the order %s', (text, order) => {
  expect(parseSort(text)).toEqual(order);
});

test.each([
  ['', 'the end stands where a field is expected'],
  ['-', 'there is no field “”'],
  ['text', 'text has no order'],
  ['-updatd', 'at character 2: there is no field “updatd”: did you mean updated?'],
  ['size name', '“name” is not expected here'],
])('refuses the order %j', (text, reason) => {
  expect(() => parseSort(text)).toThrow(reason);
});

test('reads columns, each once', () => {
  expect(parseColumns('attr.depth, attr."a, b" ,attr.depth')).toEqual(['depth', 'a, b']);
});

test.each([
  ['', 'the end stands where a field is expected'],
  ['state', '“state” is always there'],
  ['attr.a attr.b', '“attr.b” is not expected here'],
  [Array.from({ length: 51 }, (_, number) => `attr.${number}`).join(), 'more than 50 columns'],
])('refuses the columns %j', (text, reason) => {
  expect(() => parseColumns(text)).toThrow(reason);
});

import { keyFault, readParameters, writeParameters } from './parameter-input.ts';

test('parameters are read as they were written', () => {
  const parameters = { count: 3, digits: '3', name: 'bill depth', deep: { list: [1, null, true] }, none: '' };
  expect(readParameters(writeParameters(parameters))).toEqual(parameters);
  expect(writeParameters({ digits: '3', name: 'bill depth' })).toEqual([
    { key: 'digits', value: '"3"' },
    { key: 'name', value: 'bill depth' },
  ]);
});

test('a key is needed, once', () => {
  const rows = [' a', 'a ', ''].map((key) => ({ key, value: '' }));
  expect(rows.map((_row, number) => keyFault(rows, number))).toEqual([null, 'stands twice', 'must not be empty']);
});

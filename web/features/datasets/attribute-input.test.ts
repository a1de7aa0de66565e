import { attributeFaults, readAttribute, type AttributeInput } from './attribute-input.ts';

test.each<[AttributeInput['type'], string, object]>([
  ['char', 'Adelie', { value: 'Adelie' }],
  ['float', '3.5', { value: 3.5 }],
  ['integer', '42', { value: 42 }],
  ['boolean', 'No', { value: false }],
  ['date', '2026-11-24', { value: '2026-11-24' }],
  ['lat-long', '-64.77, -64.07', { latitude: -64.77, longitude: -64.07 }],
])('a %s typed as “%s” is read', (type, value, expected) => {
  expect(readAttribute({ key: 'k', type, value }).data).toEqual({ key: 'k', type, ...expected });
  expect(attributeFaults({ key: 'k', type, value })).toEqual({});
});

test.each<[AttributeInput['type'], string]>([
  ['integer', '1.5'],
  ['integer', ''],
  ['filesize', '-1'],
  ['boolean', 'maybe'],
  ['datetime', 'yesterday'],
  ['url', 'javascript:alert(1)'],
  ['lat-long', '91, 0'],
  ['lat-long', '5'],
])('a %s typed as “%s” is refused with what is expected', (type, value) => {
  expect(attributeFaults({ key: 'k', type, value })).toEqual({ value: expect.stringMatching(/^must be ./) });
});

test('an attribute needs a key', () => {
  expect(attributeFaults({ key: ' ', type: 'char', value: 'x' })).toEqual({ key: 'must not be empty' });
});

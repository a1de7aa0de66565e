import { changedFields } from './changed-fields.ts';

test('only what differs is told, before and after', () => {
  const before = { name: 'a', priority: 3, parameters: { x: [1] }, pool: null };
  expect(changedFields(before, { name: 'b', priority: 3, parameters: { x: [1] }, pool: undefined })).toEqual({
    before: { name: 'a' },
    after: { name: 'b' },
  });
  expect(changedFields(before, { parameters: { x: [2] }, pool: 'gpu' })).toEqual({
    before: { parameters: { x: [1] }, pool: null },
    after: { parameters: { x: [2] }, pool: 'gpu' },
  });
});

test('nothing is told of a change that changes nothing', () => {
  expect(changedFields({ name: 'a', held: false }, { held: false })).toBeUndefined();
});

test('a long text is told by its checksum', () => {
  const after = { details: 'x'.repeat(2001) };
  expect(changedFields({ details: '' }, after)?.after).toEqual({
    details: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/), characters: 2001 },
  });
});

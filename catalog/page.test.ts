import { cutPage, decodeCursor } from './page.ts';

test('a cursor leads to what follows the last record of its page', () => {
  const page = cutPage([{ id: 1 }, { id: 2 }, { id: 3 }], 2, ({ id }) => [id]);
  expect(page.items).toEqual([{ id: 1 }, { id: 2 }]);
  expect(decodeCursor(page.next ?? undefined, [0])).toEqual([2]);
});

test('the last page has no cursor', () => {
  expect(cutPage([{ id: 1 }, { id: 2 }], 2, ({ id }) => [id]).next).toBeNull();
  expect(cutPage([], 2, () => [0]).next).toBeNull();
  expect(decodeCursor(undefined, [0])).toBeUndefined();
});

test.each(['x', '', 'bnVsbA', Buffer.from('["a"]').toString('base64url'), Buffer.from('[1,2]').toString('base64url')])(
  'refuses the cursor %j',
  (cursor) => {
    expect(() => decodeCursor(cursor, [0])).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  },
);

import { makeVersionTag, readVersionTag, VERSION_TAG } from './version-tag.ts';

test.each([makeVersionTag(7), makeVersionTag(7, '-a_b'), '"7-x"'])('%s is of version 7', (tag) => {
  expect(tag).toMatch(VERSION_TAG);
  expect(readVersionTag(tag)).toBe(7);
});

test('the star is of any version', () => {
  expect('*').toMatch(VERSION_TAG);
  expect(readVersionTag('*')).toBeUndefined();
});

test.each(['7', 'W/"7"', '"x"', '"7", "8"', '"7-"', '"7', '"1234567890"', ''])('%s is no tag', (tag) => {
  expect(tag).not.toMatch(VERSION_TAG);
});

import { filePathFault } from './file-path.ts';

test.each([
  'a.txt',
  'deep/er/file',
  '-rf',
  'with space',
  'naïve ☃.csv',
  "it's;$(rm)",
  '.hidden',
  '...',
  'a'.repeat(255),
])('accepts %j', (path) => {
  expect(filePathFault(path)).toBeUndefined();
});

test.each([
  '',
  '/etc/passwd',
  '../up',
  'a/../b',
  'a//b',
  'a/',
  './a',
  'a\\b',
  'nul\0',
  'half \ud83d',
  'é'.repeat(128),
  'a/'.repeat(520) + 'a',
])('refuses %j', (path) => {
  expect(filePathFault(path)).toBeDefined();
});

import path from 'node:path';
import { filePathFault } from './file-path.ts';

/** What paths that lead elsewhere are made of, at any edge that they may pass. */
const PIECES = [
  ...[
    '.',
    '..',
    '/',
    '//',
    '\\',
    '..\\',
    '\0',
    '\r\n',
    '\n',
    '~',
    '~root',
    'C:',
    '//host/share',
    'file:',
    ':',
    ';',
    ' ',
  ],
  ...[
    '%2e',
    '%2e%2e%2f',
    '%252e%252e%252f',
    '%00',
    '%c0%af',
    '%5c',
    '．．',
    '／',
    '∕',
    '․',
    '\u202e',
    '\ufeff',
    '\ud800',
  ],
  ...[
    'a',
    'b.txt',
    '.crunch',
    '.hidden',
    '...',
    '-rf',
    '$HOME',
    '$(id)',
    'é',
    '東京',
    'x'.repeat(60),
    'COM1',
    '*',
    '?',
  ],
];

const ROOT = '/storage/crunch/set';
const PATHS = 1_000_000;

/** The same numbers in every run, from 0 to `below`. */
function makeDice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function leadsElsewhere(file: string): boolean {
  return path.posix.resolve(ROOT, file) !== `${ROOT}/${file}` || file.includes('\0') || file.includes('\\');
}

test('of a million paths, none that is accepted leads anywhere but below its folder', () => {
  const roll = makeDice(7);
  const escaped: string[] = [];
  let accepted = 0;
  for (let count = 0; count < PATHS; count += 1) {
    let file = '';
    for (let pieces = 1 + roll(6); pieces > 0; pieces -= 1) file += PIECES[roll(PIECES.length)];
    if (filePathFault(file) !== undefined) continue;
    accepted += 1;
    if (leadsElsewhere(file)) escaped.push(file);
  }
  expect(escaped).toEqual([]);
  // Otherwise nothing was tried.
  expect(accepted).toBeGreaterThan(PATHS / 10);
  expect(accepted).toBeLessThan((PATHS * 9) / 10);
});

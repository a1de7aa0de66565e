import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { codeSpans, MANUAL_FOLDER, tableRows } from '../helpers/manual-pages.ts';

/** The requirements that a server like this one has to meet. */
const REQUIREMENTS = 24;

let rows: string[][];

beforeAll(async () => {
  const page = await readFile(path.join(MANUAL_FOLDER, 'security.md'), 'utf8');
  rows = tableRows(page, 'What is held, and by which test');
});

test('the page on security has a row for every requirement, in order', () => {
  const ids = Array.from({ length: REQUIREMENTS }, (_, index) => `S${index + 1}`);
  expect(rows.map(([id]) => id)).toEqual(ids);
});

test('every row names tests, all of which there are', async () => {
  for (const [id, , tests = ''] of rows) {
    const files = codeSpans(tests);
    expect([id, files.length > 0, files.filter((file) => !/[.]test[.]ts$/.test(file))]).toEqual([id, true, []]);
    for (const file of files) await expect(access(file)).resolves.toBeUndefined();
  }
});

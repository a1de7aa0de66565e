import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCappedLog } from './capped-log.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crunch-capped-log-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function writeLog(chunks: string[], limits: { headBytes: number; tailBytes: number }): Promise<string> {
  const log = await openCappedLog(join(folder, 'log'), limits);
  for (const chunk of chunks) await log.write(Buffer.from(chunk));
  await log.close();
  expect(await readdir(folder)).toEqual(['log']);
  return readFile(join(folder, 'log'), 'utf8');
}

test('an output below the limits is kept as it is, behind what the file held', async () => {
  await writeFile(join(folder, 'log'), 'earlier\n');
  expect(await writeLog(['a', 'b\n', 'c'], { headBytes: 10, tailBytes: 8 })).toBe('earlier\nab\nc');
});

test('of a longer one the beginning and the end are kept, with a line that counts what is missing', async () => {
  const chunks = ['head', ...Array.from({ length: 100 }, (_, index) => String(index).padStart(4, '.'))];
  const text = await writeLog(chunks, { headBytes: 4, tailBytes: 16 });
  expect(text).toBe('head\n[… 384 bytes left out …]\n..96..97..98..99');
});

test('a log that can not be opened is told as a fault of the host', async () => {
  await expect(openCappedLog(join(folder, 'no', 'such', 'log'))).rejects.toMatchObject({ code: 'host-disk-full' });
});

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StageLog } from './stage-log.ts';

test('a stage that goes on after its end writes no log, which may be that of the next run', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'crunch-stage-log-'));
  try {
    const log = new StageLog(path.join(folder, 'check.log'), async () => {});
    await log.close();
    log.write('still here');
    await log.close();
    await expect(readdir(folder)).resolves.toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

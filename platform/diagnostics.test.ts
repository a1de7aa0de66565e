import os from 'node:os';
import { readDiagnostics } from './diagnostics.ts';

test('a host tells what system it is and how much memory and disk it has', async () => {
  const diagnostics = await readDiagnostics(os.tmpdir());
  expect(diagnostics).toMatchObject({ system: os.type(), hostname: os.hostname(), memoryTotal: os.totalmem() });
  expect(diagnostics.diskFree).toBeGreaterThan(0);
  expect(diagnostics.diskFree).toBeLessThanOrEqual(diagnostics.diskTotal ?? 0);
  expect(diagnostics.version).toMatch(/^\d+\.\d+\.\d+/);
});

test('a folder that is not there has unknown disk figures', async () => {
  await expect(readDiagnostics('/no/such/folder')).resolves.toMatchObject({ diskTotal: null, diskFree: null });
});

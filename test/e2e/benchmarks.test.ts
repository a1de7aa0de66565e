import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describeWith } from '../setup/test-services.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What each benchmark does least of, to be seen to run. */
const LEAST: Record<string, string[]> = {
  'bench:api': ['--datasets', '1000', '--rounds', '1'],
  'bench:datasets': ['--datasets', '1'],
  'bench:tables': ['--rows', '100'],
  'bench:uploads': ['--files', '1'],
};

// One of them starts a Temporal server of its own.
await describeWith('temporal', 'benchmarks', () => {
  test('are all run here', async () => {
    const { scripts } = JSON.parse(await readFile(`${ROOT}/package.json`, 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(Object.keys(LEAST)).toEqual(Object.keys(scripts).filter((name) => name.startsWith('bench:')));
  });

  test.each(Object.entries(LEAST))(
    '%s measures',
    async (name, least) => {
      const { stdout } = await promisify(execFile)('npm', ['run', name, '--', ...least], { cwd: ROOT });
      expect(stdout).toContain('load average');
    },
    180_000,
  );
});

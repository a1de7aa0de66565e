import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { namesCondaEnvironment } from './conda-environments.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'crunch-snakefile-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function snakefile(files: Record<string, string>): Promise<string> {
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  return path.join(folder, 'Snakefile');
}

const RULE = 'rule a:\n    output: "a"\n    shell: "touch a"\n';
const CONDA_RULE = 'rule b:\n    output: "b"\n    conda: "env.yaml"\n    shell: "touch b"\n';

test('a workflow without environments needs no conda', async () => {
  await expect(
    namesCondaEnvironment(await snakefile({ Snakefile: `# conda: is not named here\n${RULE}` })),
  ).resolves.toBe(false);
});

test('a rule with an environment needs conda, also in an included file', async () => {
  await expect(namesCondaEnvironment(await snakefile({ Snakefile: RULE + CONDA_RULE }))).resolves.toBe(true);
  const files = { Snakefile: 'include: "more.smk"\n', 'more.smk': `include: "Snakefile"\n${CONDA_RULE}` };
  await expect(namesCondaEnvironment(await snakefile(files))).resolves.toBe(true);
});

import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSnakemakeEngine } from './snakemake-engine.ts';
import type { WorkflowFiles } from './workflow-engine.ts';

const RULE = 'rule all:\n    output: "out.txt"\n    conda: "env.yaml"\n    shell: "echo done > {output}"\n';

let folder: string;
let files: WorkflowFiles;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'crunch-snakemake-'));
  await mkdir(path.join(folder, 'bin'));
  await install('snakemake', '');
  files = {
    workspace: path.join(folder, 'workspace'),
    entry: path.join(folder, 'Snakefile'),
    parametersFile: path.join(folder, 'parameters.json'),
    engineFolder: path.join(folder, 'engine'),
    cores: 2,
  };
});

afterEach(() => rm(folder, { recursive: true }));

async function install(name: string, script: string): Promise<string> {
  const file = path.join(folder, 'bin', name);
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

function prepare() {
  const environment = { PATH: path.join(folder, 'bin') };
  return createSnakemakeEngine({ cacheFolder: folder, environment, onProgress: () => {} }).prepare(files);
}

test('a rule that names an environment needs conda on the host, and says so', async () => {
  await writeFile(files.entry, RULE);
  await expect(prepare()).rejects.toMatchObject({
    code: 'missing-tool',
    message: expect.stringMatching(/^this workflow needs conda: .*install it on the host/),
  });
});

test('with conda the environments are deployed, and without such a rule nothing is', async () => {
  await install('conda', 'echo conda 25.1.0');
  await writeFile(files.entry, RULE);
  expect((await prepare()).argv.join(' ')).toContain('--software-deployment-method conda');
  await writeFile(files.entry, RULE.replace('    conda: "env.yaml"\n', ''));
  expect((await prepare()).argv).not.toContain('--software-deployment-method');
});

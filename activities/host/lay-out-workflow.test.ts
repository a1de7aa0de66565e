import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { create } from 'tar';
import type { ServerAccess } from './host-context.ts';
import { layOutWorkflow } from './lay-out-workflow.ts';
import { Workspace } from './workspace.ts';

let folder: string;
let files: Workspace;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'crunch-lay-out-'));
  files = new Workspace(folder, 'p:d');
  await files.create();
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function serverWith(content: Buffer): ServerAccess {
  const unused = async (): Promise<never> => {
    throw new Error('only the workflow is asked for');
  };
  return { readDataset: unused, readProject: unused, refuseRun: unused, readWorkflow: async () => content };
}

test('a workflow of one file takes the place of the one before', async () => {
  const ref = { sha256: 'a'.repeat(64), format: 'text' } as const;
  await layOutWorkflow(serverWith(Buffer.from('old')), { ...ref, entry: 'old.sh' }, files);
  const entry = await layOutWorkflow(serverWith(Buffer.from('new')), { ...ref, entry: 'new.sh' }, files);
  await expect(readFile(entry, 'utf8')).resolves.toBe('new');
  await expect(readdir(files.workflowFolder)).resolves.toEqual(['new.sh']);
});

test('a repository’s tree is unpacked', async () => {
  const tree = path.join(folder, 'tree');
  await mkdir(path.join(tree, 'rules'), { recursive: true });
  await writeFile(path.join(tree, 'Snakefile'), 'include: "rules/a.smk"\n');
  await writeFile(path.join(tree, 'rules', 'a.smk'), 'rule a:\n');
  await create({ file: path.join(folder, 'tree.tar'), cwd: tree }, ['.']);
  const server = serverWith(await readFile(path.join(folder, 'tree.tar')));
  const entry = await layOutWorkflow(server, { sha256: '', format: 'tar', entry: 'Snakefile' }, files);
  await expect(readFile(entry, 'utf8')).resolves.toContain('include');
  await expect(readFile(path.join(path.dirname(entry), 'rules', 'a.smk'), 'utf8')).resolves.toBe('rule a:\n');
});

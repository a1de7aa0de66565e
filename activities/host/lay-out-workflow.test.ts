import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { create } from 'tar';
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

test('a workflow of one file takes the place of the one before', async () => {
  await layOutWorkflow(Buffer.from('old'), { format: 'text', entry: 'old.sh' }, files);
  const entry = await layOutWorkflow(Buffer.from('new'), { format: 'text', entry: 'new.sh' }, files);
  await expect(readFile(entry, 'utf8')).resolves.toBe('new');
  await expect(readdir(files.workflowFolder)).resolves.toEqual(['new.sh']);
});

test('a repository’s tree is unpacked', async () => {
  const tree = path.join(folder, 'tree');
  await mkdir(path.join(tree, 'rules'), { recursive: true });
  await writeFile(path.join(tree, 'Snakefile'), 'include: "rules/a.smk"\n');
  await writeFile(path.join(tree, 'rules', 'a.smk'), 'rule a:\n');
  await create({ file: path.join(folder, 'tree.tar'), cwd: tree }, ['.']);
  const content = await readFile(path.join(folder, 'tree.tar'));
  const entry = await layOutWorkflow(content, { format: 'tar', entry: 'Snakefile' }, files);
  await expect(readFile(entry, 'utf8')).resolves.toContain('include');
  await expect(readFile(path.join(path.dirname(entry), 'rules', 'a.smk'), 'utf8')).resolves.toBe('rule a:\n');
});

import { createHash } from 'node:crypto';
import { FULL_ACCESS } from '../../catalog/access.ts';
import { admitDatasets } from '../../catalog/admission.ts';
import { deleteTree } from '../../catalog/delete-tree.ts';
import type { Catalog } from '../../catalog/open-catalog.ts';
import { changeProject, createProject, getProject, listProjects } from '../../catalog/projects.ts';
import {
  fillWorkflowContent,
  getRunWorkflow,
  getWorkflowContent,
  type WorkflowContent,
} from '../../catalog/workflow-revisions.ts';
import { ADMISSION_DEFAULTS } from '../helpers/admit-slugs.ts';
import { useCatalog } from '../helpers/use-catalog.ts';
import { addDataset, addHost, addProject, addQueuedDatasets } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

const TEXTS = { description: '', details: '' };

await describeWith('postgres', 'projects in the catalog', ({ url }) => {
  let catalog: Catalog;

  useCatalog(url, (opened) => {
    catalog = opened;
  });

  test('slugs follow the name once; a project renamed keeps its slug', async () => {
    await addProject(catalog, { name: 'Île de Ré' });
    const renamed = await changeProject(catalog, 'ile-de-re', { name: 'Oléron' }, { actor: { name: 'ada' } });
    expect(renamed).toMatchObject({ slug: 'ile-de-re', name: 'Oléron' });
    await expect(addProject(catalog, { name: 'Ile de re' })).rejects.toMatchObject({
      code: 'conflict',
      message: 'ile-de-re exists already; choose another name.',
    });
    await expect(addProject(catalog, { name: '東京' })).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(getProject(catalog, 'none')).rejects.toMatchObject({ code: 'not-found' });
  });

  test('are listed with their settings and their datasets counted by state', async () => {
    await addProject(catalog, { name: 'a', pool: 'gpu', weight: 2, freeBytes: 2 ** 40 });
    await addQueuedDatasets(catalog, 'a', 3);
    await addDataset(catalog, 'a', 'draft');
    await addProject(catalog, { name: 'b' });
    const { items } = await listProjects(catalog, { limit: 10, access: FULL_ACCESS });
    expect(items.map(({ slug }) => slug)).toEqual(['a', 'b']);
    expect(items[0]).toMatchObject({ pool: 'gpu', weight: 2, freeBytes: 2 ** 40, maxRunning: null, paused: false });
    expect(items[0]?.datasets).toMatchObject({ draft: 1, queued: 3, running: 0, completed: 0 });
    const limitedTo = async (projects: string[], pools: string[]) => {
      const access = { ...FULL_ACCESS, limits: { projects, pools } };
      return (await listProjects(catalog, { limit: 10, access })).items.map(({ slug }) => slug);
    };
    expect(await limitedTo(['b'], [])).toEqual(['b']);
    expect(await limitedTo(['b'], ['gpu'])).toEqual(['a', 'b']);
    expect(await limitedTo([], ['cpu'])).toEqual([]);
  });

  test('what they run changes by revisions only, each audited', async () => {
    await createProject(catalog, { name: 'p', ...TEXTS }, { name: 'ada' });
    expect(await getProject(catalog, 'p')).toMatchObject({
      engine: null,
      workflow: null,
      plan: null,
      parameters: {},
    });

    const source = { kind: 'url', url: 'https://example.org/Snakefile' };
    const first = { source, content: contentOf('rule all:') };
    const change = { engine: 'snakemake', workflow: first } as const;
    expect((await changeProject(catalog, 'p', change, { actor: { name: 'ada' } })).workflow).toMatchObject({
      source,
      revision: 1,
    });
    expect((await changeProject(catalog, 'p', change, { actor: { name: 'ada' } })).workflow?.revision).toBe(1);
    const unreachable = { workflow: { source, content: null } };
    expect((await changeProject(catalog, 'p', unreachable, { actor: { name: 'ada' } })).workflow?.revision).toBe(1);
    expect((await changeProject(catalog, 'p', { maxRunning: 3 }, { actor: { name: 'ada' } })).workflow?.revision).toBe(
      1,
    );

    const second = await changeProject(
      catalog,
      'p',
      { parameters: { b: 1, a: { c: [2] } } },
      { actor: { name: 'bob' } },
    );
    expect(second).toMatchObject({ engine: 'snakemake', maxRunning: 3, workflow: { revision: 2 } });
    expect(second.workflow?.sha256).toBe(first.content.sha256);
    const same = { parameters: { a: { c: [2] }, b: 1 } };
    expect((await changeProject(catalog, 'p', same, { actor: { name: 'bob' } })).workflow?.revision).toBe(2);
    const moved = { workflow: { source, content: contentOf('rule other:') } };
    expect((await changeProject(catalog, 'p', moved, { actor: { name: 'bob' } })).workflow?.revision).toBe(3);
    await changeProject(catalog, 'p', { externalTimeoutSeconds: 60 }, { actor: { name: 'eve' } });

    const { content, entry } = await getWorkflowContent(catalog, first.content.sha256);
    expect([Buffer.from(content).toString(), entry]).toEqual(['rule all:', 'Snakefile']);
    await expect(getWorkflowContent(catalog, '0'.repeat(64))).rejects.toMatchObject({ code: 'not-found' });

    const events = await catalog.prisma.auditEvent.findMany({ where: { subject: 'p' }, orderBy: { id: 'asc' } });
    expect(events[0]).toMatchObject({ actor: 'ada', action: 'project.create', detail: { revision: null } });
    expect(events.at(-2)).toMatchObject({ actor: 'bob', action: 'project.change', detail: { revision: 3 } });
    expect(events.at(-1)).toMatchObject({ actor: 'eve', detail: { after: { externalTimeoutSeconds: 60 } } });
    await expect(catalog.prisma.auditEvent.deleteMany()).rejects.toThrow(/never changed or removed/);
  });

  test('a source that could not be fetched is filled once', async () => {
    await addProject(catalog, { name: 'p', workflow: { source: { kind: 'url' }, content: null } });
    await addQueuedDatasets(catalog, 'p', 1);
    await addHost(catalog, { name: 'lab' });
    const [input] = await admitDatasets(catalog, ADMISSION_DEFAULTS);
    expect(input?.workflow).toBeNull();

    const { revisionId, workflow } = await getRunWorkflow(catalog, input?.runId ?? '');
    expect(workflow).toBeNull();
    const { content: _, ...filled } = contentOf('one');
    expect(await fillWorkflowContent(catalog, revisionId, contentOf('one'))).toEqual(filled);
    expect(await fillWorkflowContent(catalog, revisionId, contentOf('two'))).toEqual(filled);
    expect(await getRunWorkflow(catalog, input?.runId ?? '')).toMatchObject({ project: 'p', workflow: filled });
  });

  test('are not deleted while a dataset is queued or running, and take all below them along', async () => {
    const deletion = { actor: { name: 'ada' }, keepFiles: false };
    await addProject(catalog, { name: 'p' });
    await addQueuedDatasets(catalog, 'p', 1);
    await addHost(catalog, { name: 'lab' });
    await admitDatasets(catalog, ADMISSION_DEFAULTS);
    await expect(deleteTree(catalog, 'p', 'project', deletion)).rejects.toMatchObject({ code: 'conflict' });
    await expect(deleteTree(catalog, 'p:d-1', 'dataset', deletion)).rejects.toMatchObject({ code: 'conflict' });
    await catalog.prisma.dataset.updateMany({ data: { state: 'completed', openRunId: null } });
    await deleteTree(catalog, 'p', 'project', deletion);
    expect(await catalog.prisma.run.count()).toBe(0);
    await expect(deleteTree(catalog, 'p', 'project', deletion)).rejects.toMatchObject({ code: 'not-found' });
  });
});

function contentOf(text: string): WorkflowContent {
  const content = new TextEncoder().encode(text);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { content, sha256, format: 'text', entry: 'Snakefile' };
}

import { FULL_ACCESS, type Access } from '../../catalog/access.ts';
import { admitDatasets, markRunStarted } from '../../catalog/admission.ts';
import { createAttribute } from '../../catalog/attributes.ts';
import { closeCancelled, markCancellationSent, unsentCancellations } from '../../catalog/cancellations.ts';
import { cancelDatasets, queueDatasets, retryDatasets } from '../../catalog/dataset-actions.ts';
import type { DatasetSelection } from '../../catalog/dataset-selection.ts';
import { getDataset } from '../../catalog/datasets.ts';
import type { Catalog } from '../../catalog/open-catalog.ts';
import { closeRun, markRunClaimed } from '../../catalog/run-events.ts';
import { getRun } from '../../catalog/runs.ts';
import { parseFilter } from '../../shared/domain/filter/parse-filter.ts';
import { workflowIdOf } from '../../shared/domain/queue-names.ts';
import { ADMISSION_DEFAULTS } from '../helpers/admit-slugs.ts';
import { useCatalog } from '../helpers/use-catalog.ts';
import { addDataset, addHost, addProject, addQueuedDatasets, TESTER } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

const ONLY_Q: Access = { ...FULL_ACCESS, limits: { projects: ['q'], pools: [] } };
const VIEWER: Access = { byVisibility: { private: 'view' }, most: 'own' };

await describeWith('postgres', 'actions on datasets', ({ url }) => {
  let catalog: Catalog;

  useCatalog(url, (opened) => {
    catalog = opened;
  });
  beforeEach(async () => {
    await addProject(catalog, { name: 'p' });
    await addProject(catalog, { name: 'q', pool: 'gpu' });
  });

  function select(selection: Partial<DatasetSelection>): DatasetSelection {
    const by = { access: FULL_ACCESS, right: 'operate' } as const;
    const all = { datasets: [], projects: [], pools: [], states: [], includeHeld: false, dryRun: false };
    return { ...all, ...by, ...selection };
  }
  const queue = (selection: Partial<DatasetSelection>) => queueDatasets(catalog, select(selection), { name: 'ada' });
  const retry = (selection: Partial<DatasetSelection>) => retryDatasets(catalog, select(selection), { name: 'ada' });
  const cancel = (selection: Partial<DatasetSelection>, reason: string | null = null) =>
    cancelDatasets(catalog, select(selection), { reason, workspace: 'keep' }, { name: 'ada' });

  async function addSettled(name: string, state: string): Promise<string> {
    const slug = await addDataset(catalog, 'p', name);
    await catalog.prisma.dataset.updateMany({
      where: { item: { slug } },
      data: { state, reason: 'old', stage: 'upload' },
    });
    return slug;
  }

  test('drafts are queued by name, and a name that can’t be says why', async () => {
    await addDataset(catalog, 'p', 'draft');
    await addDataset(catalog, 'p', 'held', { held: true });
    await addSettled('done', 'completed');
    const outcome = await queue({ datasets: ['p:draft', 'p:held', 'p:done', 'p:none'], host: 'lab' });
    expect(outcome).toEqual({
      items: ['p:draft', 'p:held'],
      refused: [
        { slug: 'p:done', code: 'conflict', reason: 'it is completed; only a draft can be queued' },
        { slug: 'p:none', code: 'not-found', reason: 'there is no dataset p:none' },
      ],
    });
    expect(await getDataset(catalog, 'p:draft')).toMatchObject({
      ...{ state: 'queued', queuedAt: expect.any(Date) },
      reason: expect.stringContaining('only the host lab'),
    });
    expect(await catalog.prisma.auditEvent.findFirst({ where: { action: 'dataset.queue' } })).toMatchObject({
      ...{ actor: 'ada', subject: 'p' },
      detail: { count: 2, datasets: ['p:draft', 'p:held'] },
    });
  });

  test('drafts are queued by scope, held ones only when asked for', async () => {
    await addDataset(catalog, 'p', 'a');
    await addDataset(catalog, 'p', 'held', { held: true });
    await addDataset(catalog, 'q', 'b');
    expect((await queue({ projects: ['p'], dryRun: true })).items).toEqual(['p:a']);
    expect((await getDataset(catalog, 'p:a')).state).toBe('draft');
    expect((await queue({ projects: ['p'], pools: ['gpu'] })).items).toEqual(['p:a', 'q:b']);
    expect((await queue({ states: ['draft'], access: ONLY_Q, includeHeld: true })).items).toEqual([]);
    expect((await queue({ states: ['draft'], includeHeld: true })).items).toEqual(['p:held']);
    expect(await getDataset(catalog, 'p:held')).toMatchObject({ state: 'queued', held: false });
  });

  test('what a caller may not see does not exist', async () => {
    await addDataset(catalog, 'p', 'a');
    expect(await queue({ datasets: ['p:a'], access: ONLY_Q })).toEqual({
      items: [],
      refused: [{ slug: 'p:a', code: 'not-found', reason: 'there is no dataset p:a' }],
    });
    expect(await queue({ datasets: ['p:a'], access: VIEWER, right: 'edit' })).toEqual({
      items: [],
      refused: [{ slug: 'p:a', code: 'not-allowed', reason: 'it needs the right “edit” in its project' }],
    });
    expect(await queue({ states: ['draft'], access: VIEWER, right: 'edit' })).toEqual({ items: [], refused: [] });
    expect(await queue({ datasets: ['p:a'], projects: ['q'] })).toEqual({
      items: [],
      refused: [{ slug: 'p:a', code: 'conflict', reason: 'it is not among what was asked for' }],
    });
  });

  test('settled datasets are tried again; completed ones only by name or state', async () => {
    await addSettled('failed', 'failed');
    await addSettled('cancelled', 'cancelled');
    await addSettled('done', 'completed');
    expect((await retry({ projects: ['p'] })).items).toEqual(['p:failed', 'p:cancelled']);
    expect(await getDataset(catalog, 'p:failed')).toMatchObject({ state: 'queued', stage: null });
    expect((await retry({ states: ['completed'], dryRun: true })).items).toEqual(['p:done']);
    expect((await retry({ datasets: ['p:done', 'p:failed'] })).refused).toEqual([
      { slug: 'p:failed', code: 'conflict', reason: 'it is queued; only one that has ended can be tried again' },
    ]);
  });

  test('cancelling settles what has no run, and names the runs to cancel', async () => {
    await addHost(catalog, { name: 'lab' });
    await addDataset(catalog, 'p', 'admitted', { queue: true });
    const [run] = await admitDatasets(catalog, ADMISSION_DEFAULTS);
    await markRunStarted(catalog, run?.runId ?? '', 'temporal-1');
    await addDataset(catalog, 'p', 'queued', { queue: true });
    await addSettled('done', 'completed');

    const openRuns = [
      {
        ...{ slug: 'p:admitted', datasetId: run?.dataset.id, runId: run?.runId },
        ...{ workflowId: workflowIdOf(run?.dataset.id ?? 0), temporalRunId: 'temporal-1', kind: 'temporal' },
      },
    ];
    expect((await cancel({ projects: ['p'], dryRun: true })).items).toEqual(['p:admitted', 'p:queued']);
    expect((await getDataset(catalog, 'p:queued')).state).toBe('queued');
    const outcome = await cancel({ datasets: ['p:admitted', 'p:queued', 'p:done'] });
    expect(outcome).toEqual({
      items: ['p:admitted', 'p:queued'],
      refused: [
        {
          slug: 'p:done',
          code: 'conflict',
          reason: 'it is completed; only one that is queued or running can be cancelled',
        },
      ],
      openRuns,
    });
    expect((await getDataset(catalog, 'p:admitted')).state).toBe('queued');
    expect((await getDataset(catalog, 'p:queued')).state).toBe('cancelled');
    expect((await cancel({ projects: ['p'] })).openRuns).toEqual(openRuns);
  });

  test('who cancels and why is kept of a run until Temporal has heard of it, and told of it when it is closed', async () => {
    await addHost(catalog, { name: 'lab' });
    await addDataset(catalog, 'p', 'd', { queue: true });
    const [run] = await admitDatasets(catalog, ADMISSION_DEFAULTS);
    const { runId = '', dataset } = run ?? {};
    await markRunStarted(catalog, runId, 'temporal-1');
    expect(await unsentCancellations(catalog)).toEqual([]);
    await cancel({ datasets: ['p:d'], dryRun: true });
    expect(await unsentCancellations(catalog)).toEqual([]);
    await cancel({ datasets: ['p:d'] }, 'wrong input');
    const unsent = [{ runId, workflowId: workflowIdOf(dataset?.id ?? 0), temporalRunId: 'temporal-1' }];
    expect(await unsentCancellations(catalog)).toEqual(unsent);
    await markCancellationSent(catalog, runId);
    expect(await unsentCancellations(catalog)).toEqual([]);
    // A second time it is sent again, and stays whose it was.
    await cancelDatasets(
      catalog,
      select({ datasets: ['p:d'] }),
      { reason: 'me too', workspace: 'remove' },
      { name: 'eve' },
    );
    expect(await unsentCancellations(catalog)).toEqual(unsent);
    expect((await getRun(catalog, runId)).cancellation).toMatchObject({
      ...{ by: 'ada', reason: 'wrong input', workspace: 'remove' },
    });
    await closeCancelled(catalog, runId);
    expect(await unsentCancellations(catalog)).toEqual([]);
    expect(await getDataset(catalog, 'p:d')).toMatchObject({
      ...{ state: 'cancelled', reason: 'cancelled by ada while nothing of it ran: wrong input' },
    });
  });

  test('one that is cancelled in the queue says by whom and why, and one that completes in spite of it, too', async () => {
    await addDataset(catalog, 'p', 'queued', { queue: true });
    await cancel({ datasets: ['p:queued'] }, 'wrong input');
    const { reason } = await getDataset(catalog, 'p:queued');
    expect(reason).toBe('cancelled by ada before it ran: wrong input');
    await addHost(catalog, { name: 'lab' });
    await addDataset(catalog, 'p', 'late', { queue: true });
    const [run] = await admitDatasets(catalog, ADMISSION_DEFAULTS);
    await cancel({ datasets: ['p:late'] });
    const end = { outcome: 'completed', failureClass: null, note: null, hostLosses: 0 } as const;
    await closeRun(catalog, { runId: run?.runId ?? '', ...end });
    expect(await getDataset(catalog, 'p:late')).toMatchObject({
      ...{ state: 'completed', reason: 'cancelled too late by ada: its results were being published' },
    });
  });

  test.each(['completed', 'failed', 'cancelled'] as const)(
    'what is cancelled before a host took it is %s again, as its last run left it',
    async (outcome) => {
      await addHost(catalog, { name: 'lab' });
      const slug = await addDataset(catalog, 'p', 'd', { queue: true });
      const [first] = await admitDatasets(catalog, ADMISSION_DEFAULTS);
      const runId = first?.runId ?? '';
      const event = { datasetId: first?.dataset.id ?? 0, runId, leaseNumber: 1, stage: 'upload', host: 'lab' };
      await markRunClaimed(catalog, { ...event, boot: 'boot-lab' }, [
        { ...event, state: 'START', note: '', atMs: 0, diagnostics: null },
      ]);
      const note = outcome === 'completed' ? null : 'first line\nsecond line';
      await closeRun(catalog, { runId, outcome, failureClass: null, note, hostLosses: 0 });
      const before = await getDataset(catalog, slug);
      expect(before).toMatchObject({ state: outcome, stage: 'upload', host: 'lab' });
      const left = { ...before, queuedAt: expect.any(Date), updatedAt: expect.any(Date) };

      // While it is a row, and when its run waits in Temporal.
      await retry({ datasets: [slug] });
      expect(await getDataset(catalog, slug)).toMatchObject({ state: 'queued', stage: null, host: null });
      await cancel({ datasets: [slug] });
      expect(await getDataset(catalog, slug)).toEqual(left);
      await retry({ datasets: [slug] });
      const [second] = await admitDatasets(catalog, ADMISSION_DEFAULTS);
      const end = { outcome: 'cancelled', failureClass: 'cancelled', note: 'cancelled', hostLosses: 0 } as const;
      await closeRun(catalog, { runId: second?.runId ?? '', ...end });
      expect(await getDataset(catalog, slug)).toEqual({ ...left, runs: 2 });
    },
  );

  test('one statement serves 100,000', async () => {
    await addQueuedDatasets(catalog, 'p', 100_000);
    expect((await cancel({ projects: ['p'] })).items).toHaveLength(100_000);
    expect(await catalog.prisma.dataset.count({ where: { state: 'cancelled' } })).toBe(100_000);
  });

  test('are for what a filter lets pass', async () => {
    for (const name of ['a', 'b', 'c']) await addDataset(catalog, 'p', name);
    await addDataset(catalog, 'p', 'held', { held: true });
    await createAttribute(
      catalog,
      { item: 'p:a', attribute: { key: 'depth', type: 'integer', value: 11 } },
      { actor: TESTER },
    );
    const filtered = async (text: string, selection: Partial<DatasetSelection> = {}) =>
      (await queue({ filter: parseFilter(text), ...selection })).items.join(' ');
    expect(await filtered('attr.depth > 10', { dryRun: true })).toBe('p:a');
    expect(await filtered('attr.depth > 10', { access: ONLY_Q })).toBe('');
    expect(await filtered('attr.depth > 10')).toBe('p:a');
    expect(await filtered('name ~ e and project = p')).toBe('');
    expect(await filtered('held = true')).toBe('p:held');
    expect(await filtered('name = b or name = c', { projects: ['q'] })).toBe('');
    expect(await queue({ filter: parseFilter('name = b'), datasets: ['p:b', 'p:c'] })).toMatchObject({
      items: ['p:b'],
      refused: [{ slug: 'p:c', code: 'conflict', reason: 'it is not among what was asked for' }],
    });
    await catalog.prisma.dataset.updateMany({ data: { state: 'completed' } });
    expect((await retry({ filter: parseFilter('project = p') })).items).toEqual([]);
    expect((await retry({ filter: parseFilter('state = completed and name = c') })).items).toEqual(['p:c']);
  });
});

import { FULL_ACCESS } from '../../catalog/access.ts';
import { admitDatasets, markRunStarted, unstartedRuns } from '../../catalog/admission.ts';
import { releaseQuiet } from '../../catalog/cancellations.ts';
import { cancelDatasets, retryDatasets } from '../../catalog/dataset-actions.ts';
import { changeDataset, getDataset } from '../../catalog/datasets.ts';
import type { Catalog } from '../../catalog/open-catalog.ts';
import { pauseProject, resumeProject } from '../../catalog/pause-project.ts';
import { changeProject } from '../../catalog/projects.ts';
import { closeRun } from '../../catalog/run-events.ts';
import { getRun } from '../../catalog/runs.ts';
import { DEFAULT_PLAN } from '../../shared/domain/plan.ts';
import { workflowIdOf } from '../../shared/domain/queue-names.ts';
import { ADMISSION_DEFAULTS, admitSlugs } from '../helpers/admit-slugs.ts';
import { someoneWaitsForALock } from '../helpers/lock-waits.ts';
import { useCatalog } from '../helpers/use-catalog.ts';
import { addDataset, addHost, addProject, addQueuedDatasets, TESTER } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

const BY = { access: FULL_ACCESS, right: 'operate' } as const;

await describeWith('postgres', 'admission', ({ url }) => {
  let catalog: Catalog;

  const catalogs = useCatalog(url, (opened) => {
    catalog = opened;
  });

  function by(slugs: string[], project: string): string[] {
    return slugs.filter((slug) => slug.startsWith(`${project}:`));
  }

  test('an admitted dataset has a run with all that its Temporal workflow needs', async () => {
    const project = await addProject(catalog, {
      name: 'Penguins',
      parameters: { alpha: 1 },
      graceMs: 7,
      freeBytes: 99,
    });
    const slug = await addDataset(catalog, 'penguins', 'Torgersen', { queue: true, priority: 2 });
    await addHost(catalog, { name: 'lab' });

    const [input] = await admitDatasets(catalog, ADMISSION_DEFAULTS);

    const dataset = await getDataset(catalog, slug);
    expect(input).toEqual({
      dataset: {
        id: dataset.id,
        slug,
        projectId: project.id,
        projectSlug: 'penguins',
        basePath: 'crunch/penguins/torgersen',
      },
      runId: dataset.run?.id,
      runNumber: 1,
      plan: DEFAULT_PLAN,
      engine: 'script',
      parameters: { alpha: 1 },
      workflow: { sha256: 'a'.repeat(64), format: 'text', entry: 'workflow' },
      routes: ['any'],
      priority: 2,
      timing: { heartbeatTimeoutMs: 30_000, graceMs: 7, killGraceMs: 5000 },
      freeBytes: 99,
      lastLeaseNumber: 0,
    });
    expect(dataset).toMatchObject({ state: 'queued', runs: 1, reason: null, run: { state: 'waiting', number: 1 } });
    expect(dataset.run?.workflowId).toBe(workflowIdOf(dataset.id));
    expect(await admitDatasets(catalog, ADMISSION_DEFAULTS)).toEqual([]);
  });

  test('the most urgent come first, then the longest queued', async () => {
    await addProject(catalog, { name: 'p' });
    for (const [name, priority] of [
      ['late', 3],
      ['least', 5],
      ['most', 1],
    ] as const) {
      await addDataset(catalog, 'p', name, { queue: true, priority });
    }
    await addDataset(catalog, 'p', 'last', { queue: true });
    await addHost(catalog, { name: 'lab' });
    expect(await admitSlugs(catalog)).toEqual(['p:most', 'p:late', 'p:last', 'p:least']);
  });

  test('a project of 10,000 does not starve one of 10, and weights share', async () => {
    await addProject(catalog, { name: 'big' });
    await addQueuedDatasets(catalog, 'big', 10_000);
    await addProject(catalog, { name: 'small' });
    await addQueuedDatasets(catalog, 'small', 10);
    await addHost(catalog, { name: 'lab', slots: 2 });

    const first = await admitSlugs(catalog);
    expect(first).toHaveLength(64);
    expect(by(first.slice(0, 20), 'small')).toHaveLength(10);

    await addProject(catalog, { name: 'heavy', weight: 3 });
    await addQueuedDatasets(catalog, 'heavy', 1000);
    await addHost(catalog, { name: 'cluster', slots: 80 });
    const second = await admitSlugs(catalog);
    expect(second).toHaveLength(4 * 82 - 64);
    // 318 open runs of `big` and `heavy` together, one to three.
    expect(by(second, 'heavy').length).toBeGreaterThanOrEqual(236);
    expect(by(second, 'heavy').length).toBeLessThanOrEqual(240);
  });

  test('a cap holds over admitters at work at once, and no dataset is admitted twice', async () => {
    await addProject(catalog, { name: 'capped', maxRunning: 5 });
    await addQueuedDatasets(catalog, 'capped', 50);
    await addProject(catalog, { name: 'open' });
    await addQueuedDatasets(catalog, 'open', 200);
    await addHost(catalog, { name: 'lab', slots: 30 });

    const rounds = await Promise.all(Array.from({ length: 8 }, () => admitSlugs(catalog)));
    const admitted = rounds.flat();
    expect(admitted).toHaveLength(120);
    expect(new Set(admitted).size).toBe(120);
    expect(by(admitted, 'capped')).toHaveLength(5);
  });

  test('a cap holds while another admitter has not committed yet', async () => {
    await addProject(catalog, { name: 'p', maxRunning: 1 });
    await addQueuedDatasets(catalog, 'p', 1);
    await addHost(catalog, { name: 'lab' });
    let second: Promise<string[]> | undefined;
    await catalog.transact(async (queries) => {
      await queries.$queryRaw`SELECT admit_datasets(${JSON.stringify(DEFAULT_PLAN)}::jsonb)::text`;
      await addDataset(catalog, 'p', 'urgent', { queue: true, priority: 1 });
      second = admitSlugs(catalog);
      await Promise.race([second, someoneWaitsForALock(catalog)]);
    });
    expect(await second).toEqual([]);
  });

  test('a closed run makes room for the next', async () => {
    await addProject(catalog, { name: 'p', maxRunning: 1 });
    await addQueuedDatasets(catalog, 'p', 2);
    await addHost(catalog, { name: 'lab' });
    const [first] = await admitDatasets(catalog, ADMISSION_DEFAULTS);
    expect(await admitSlugs(catalog)).toEqual([]);
    expect((await getDataset(catalog, 'p:d-2')).reason).toMatch(/as may run at once/);

    const end = { outcome: 'completed', failureClass: null, note: null, hostLosses: 0 } as const;
    await closeRun(catalog, { runId: first?.runId ?? '', ...end });
    expect(await admitSlugs(catalog)).toEqual(['p:d-2']);
  });

  test('paused projects and those without a workflow wait, and say so', async () => {
    await addProject(catalog, { name: 'paused' });
    await addQueuedDatasets(catalog, 'paused', 1);
    await pauseProject(catalog, 'paused', { reason: 'the reference is being replaced' }, TESTER);
    await addProject(catalog, { name: 'empty', workflow: undefined });
    await addQueuedDatasets(catalog, 'empty', 1);
    await addHost(catalog, { name: 'lab' });

    expect(await admitSlugs(catalog)).toEqual([]);
    expect((await getDataset(catalog, 'paused:d-1')).reason).toBe(
      `its project is paused by ${TESTER.name}: the reference is being replaced; resume it to go on`,
    );
    expect((await getDataset(catalog, 'empty:d-1')).reason).toMatch(/no workflow/);

    await resumeProject(catalog, 'paused', TESTER);
    expect(await admitSlugs(catalog)).toEqual(['paused:d-1']);
  });

  test('what waits for a host says that its project was paused, and leaves its room to others', async () => {
    await addProject(catalog, { name: 'paused' });
    await addQueuedDatasets(catalog, 'paused', 70);
    await addHost(catalog, { name: 'lab' });
    expect(await admitSlugs(catalog)).toHaveLength(64);
    await addProject(catalog, { name: 'other' });
    await addQueuedDatasets(catalog, 'other', 1);
    expect(await admitSlugs(catalog)).toEqual([]);

    await pauseProject(catalog, 'paused', { reason: null }, TESTER);
    expect((await getDataset(catalog, 'paused:d-1')).reason).toMatch(/^its project is paused by/);
    expect(await admitSlugs(catalog)).toEqual(['other:d-1']);
  });

  test('what a silent host may still run is nobody’s until that is over', async () => {
    await addProject(catalog, { name: 'p' });
    await addQueuedDatasets(catalog, 'p', 1);
    await addHost(catalog, { name: 'lab' });
    const [run] = await admitDatasets(catalog, ADMISSION_DEFAULTS);
    const end = { outcome: 'cancelled', failureClass: 'cancelled', note: 'cancelled', hostLosses: 0 } as const;
    await closeRun(catalog, { runId: run?.runId ?? '', ...end, quietAtMs: Date.now() + 3_600_000 });
    const selection = { datasets: ['p:d-1'], projects: [], pools: [], states: [], includeHeld: false, dryRun: false };
    await retryDatasets(catalog, { ...selection, ...BY }, TESTER);
    expect(await admitSlugs(catalog)).toEqual([]);
    expect((await getDataset(catalog, 'p:d-1')).reason).toMatch(
      /^a host that fell silent may still run it; nobody gets/,
    );
    expect(await releaseQuiet(catalog)).toBeGreaterThan(0);
    expect(await admitSlugs(catalog)).toEqual([]);

    await catalog.prisma.dataset.updateMany({ data: { quietAt: new Date() } });
    expect(await releaseQuiet(catalog)).toBeNull();
    expect((await getDataset(catalog, 'p:d-1')).reason).toBeNull();
    expect(await admitSlugs(catalog)).toEqual(['p:d-1']);
  });

  test('runs that a crash left unstarted are found until they are marked or closed', async () => {
    await addProject(catalog, { name: 'p' });
    await addQueuedDatasets(catalog, 'p', 2);
    await addHost(catalog, { name: 'lab' });
    const [first, second] = await admitDatasets(catalog, ADMISSION_DEFAULTS);
    const unstarted = { olderThanMs: 0, defaults: ADMISSION_DEFAULTS };
    expect(await unstartedRuns(catalog, unstarted)).toEqual([first, second]);
    expect(await unstartedRuns(catalog, { ...unstarted, olderThanMs: 60_000 })).toEqual([]);

    expect(await markRunStarted(catalog, first?.runId ?? '', 'temporal-1')).toBe(true);
    const cancelled = { outcome: 'cancelled', failureClass: 'cancelled', note: null, hostLosses: 0 } as const;
    await closeRun(catalog, { runId: second?.runId ?? '', ...cancelled });
    expect(await markRunStarted(catalog, second?.runId ?? '', 'temporal-2')).toBe(false);
    expect(await unstartedRuns(catalog, unstarted)).toEqual([]);
  });

  test('a run keeps the revision with which it was admitted', async () => {
    await addProject(catalog, { name: 'p' });
    await addQueuedDatasets(catalog, 'p', 1);
    await addHost(catalog, { name: 'lab' });
    const [input] = await admitDatasets(catalog, ADMISSION_DEFAULTS);
    await changeProject(catalog, 'p', { parameters: { beta: 2 } }, { actor: TESTER });
    expect((await getRun(catalog, input?.runId ?? '')).revision).toBe(1);
    expect(input?.parameters).toEqual({});
  });

  test('what is cancelled while it is admitted is cancelled or admitted, never both', async () => {
    await addProject(catalog, { name: 'p' });
    await addQueuedDatasets(catalog, 'p', 60);
    await addHost(catalog, { name: 'lab' });
    const selection = {
      datasets: [],
      projects: ['p'],
      pools: [],
      states: [],
      includeHeld: false,
      dryRun: false,
      ...BY,
    };
    const [outcome] = await Promise.all([
      cancelDatasets(catalog, selection, { reason: null, workspace: 'keep' }, { name: 'tester' }),
      admitSlugs(catalog),
    ]);

    const cancelled = await catalog.prisma.dataset.count({ where: { state: 'cancelled', openRunId: null } });
    const open = await catalog.prisma.run.count({ where: { closedAt: null } });
    expect(cancelled + open).toBe(60);
    expect(outcome.items).toHaveLength(60);
    expect(outcome.openRuns.length).toBeLessThanOrEqual(open);
  });

  test('100,000 queued datasets are rows that admission passes by', async () => {
    await addProject(catalog, { name: 'p' });
    await addQueuedDatasets(catalog, 'p', 100_000);
    await changeDataset(catalog, 'p:d-77777', { priority: 1 }, { actor: TESTER });
    await addHost(catalog, { name: 'lab' });
    expect((await admitSlugs(catalog))[0]).toBe('p:d-77777');
    const other = await catalogs.open();
    expect(await admitDatasets(other, ADMISSION_DEFAULTS)).toEqual([]);
  });
});

import {
  admitDatasets,
  markRunOffered,
  markRunStarted,
  runsToOffer,
  unstartedRuns,
  type AdmissionDefaults,
} from '../../catalog/admission.ts';
import { cancelDatasets, queueDatasets } from '../../catalog/dataset-actions.ts';
import { changeDataset, getDataset } from '../../catalog/datasets.ts';
import { beatHost, leaveHost } from '../../catalog/hosts.ts';
import type { Catalog } from '../../catalog/open-catalog.ts';
import { changeProject } from '../../catalog/projects.ts';
import { closeRun, markRunClaimed } from '../../catalog/run-events.ts';
import { getRun } from '../../catalog/runs.ts';
import { DEFAULT_PLAN } from '../../shared/domain/plan.ts';
import { hostRoute, poolRoute, projectRoute, workflowIdOf } from '../../shared/domain/queue-names.ts';
import { addDataset, addHost, addProject, addQueuedDatasets, makeTestCatalogs } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

const DEFAULTS: AdmissionDefaults = {
  timing: { heartbeatTimeoutMs: 30_000, graceMs: 60_000, killGraceMs: 5000 },
  freeBytes: 10,
};

await describeWith('postgres', 'admission', ({ url }) => {
  const catalogs = makeTestCatalogs(url);
  let catalog: Catalog;

  afterAll(() => catalogs.close());
  beforeEach(async () => {
    catalog = await catalogs.open();
  });

  async function admitSlugs(): Promise<string[]> {
    return (await admitDatasets(catalog, DEFAULTS)).map(({ dataset }) => dataset.slug);
  }

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

    const [input] = await admitDatasets(catalog, DEFAULTS);

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
    expect(await admitDatasets(catalog, DEFAULTS)).toEqual([]);
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
    expect(await admitSlugs()).toEqual(['p:most', 'p:late', 'p:last', 'p:least']);
  });

  test('a project of 10,000 does not starve one of 10, and weights share', async () => {
    await addProject(catalog, { name: 'big' });
    await addQueuedDatasets(catalog, 'big', 10_000);
    await addProject(catalog, { name: 'small' });
    await addQueuedDatasets(catalog, 'small', 10);
    await addHost(catalog, { name: 'lab', slots: 2 });

    const first = await admitSlugs();
    expect(first).toHaveLength(64);
    expect(by(first.slice(0, 20), 'small')).toHaveLength(10);

    await addProject(catalog, { name: 'heavy', weight: 3 });
    await addQueuedDatasets(catalog, 'heavy', 1000);
    await addHost(catalog, { name: 'cluster', slots: 80 });
    const second = await admitSlugs();
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

    const rounds = await Promise.all(Array.from({ length: 8 }, () => admitSlugs()));
    const admitted = rounds.flat();
    expect(admitted).toHaveLength(120);
    expect(new Set(admitted).size).toBe(120);
    expect(by(admitted, 'capped')).toHaveLength(5);
  });

  test('a closed run makes room for the next', async () => {
    await addProject(catalog, { name: 'p', maxRunning: 1 });
    await addQueuedDatasets(catalog, 'p', 2);
    await addHost(catalog, { name: 'lab' });
    const [first] = await admitDatasets(catalog, DEFAULTS);
    expect(await admitSlugs()).toEqual([]);
    expect((await getDataset(catalog, 'p:d-2')).reason).toMatch(/as may run at once/);

    const end = { outcome: 'completed', failureClass: null, note: null, hostLosses: 0 } as const;
    await closeRun(catalog, { runId: first?.runId ?? '', ...end });
    expect(await admitSlugs()).toEqual(['p:d-2']);
  });

  test('paused projects and those without a workflow wait, and say so', async () => {
    await addProject(catalog, { name: 'paused' });
    await addQueuedDatasets(catalog, 'paused', 1);
    await catalog.prisma.project.updateMany({ data: { paused: true } });
    await addProject(catalog, { name: 'empty', workflow: undefined });
    await addQueuedDatasets(catalog, 'empty', 1);
    await addHost(catalog, { name: 'lab' });

    expect(await admitSlugs()).toEqual([]);
    expect((await getDataset(catalog, 'paused:d-1')).reason).toMatch(/paused/);
    expect((await getDataset(catalog, 'empty:d-1')).reason).toMatch(/no workflow/);
  });

  test('datasets go only where a live host serves their route, and say what is missing', async () => {
    await addProject(catalog, { name: 'pooled', pool: 'gpu' });
    await addQueuedDatasets(catalog, 'pooled', 1);
    const plain = await addProject(catalog, { name: 'plain' });
    await addQueuedDatasets(catalog, 'plain', 1);
    await addDataset(catalog, 'plain', 'pinned');
    const selection = { projects: [], pools: [], states: [], includeHeld: false, dryRun: false };
    await queueDatasets(catalog, { ...selection, datasets: ['plain:pinned'], host: 'desk' }, 'tester');

    expect(await admitSlugs()).toEqual([]);
    expect((await getDataset(catalog, 'pooled:d-1')).reason).toBe(
      'no live host takes datasets of pool gpu; start one with crunch loop --pool gpu',
    );
    expect((await getDataset(catalog, 'plain:pinned')).reason).toMatch(/only the host desk may take it/);

    await addHost(catalog, { name: 'own', projects: ['plain'] });
    expect((await admitDatasets(catalog, DEFAULTS)).map(({ routes }) => routes)).toEqual([[projectRoute(plain.id)]]);

    await addHost(catalog, { name: 'desk', pinnedOnly: true });
    await addHost(catalog, { name: 'gpu', pools: ['gpu'] });
    const routes = (await admitDatasets(catalog, DEFAULTS)).map((input) => [input.dataset.slug, ...input.routes]);
    expect(new Set(routes)).toEqual(
      new Set([
        ['plain:pinned', hostRoute('desk')],
        ['pooled:d-1', poolRoute('gpu')],
      ]),
    );
  });

  test('a host that left, drains or is silent takes nothing', async () => {
    await addProject(catalog, { name: 'p' });
    await addQueuedDatasets(catalog, 'p', 1);
    await addHost(catalog, { name: 'gone' });
    await leaveHost(catalog, { name: 'gone', boot: 'boot-gone' });
    await addHost(catalog, { name: 'busy' });
    await beatHost(catalog, { name: 'busy', boot: 'boot-busy', draining: true });
    await addHost(catalog, { name: 'silent' });
    await catalog.prisma.host.update({ where: { name: 'silent' }, data: { lastSeenAt: new Date(0) } });
    expect(await admitSlugs()).toEqual([]);

    await beatHost(catalog, { name: 'silent', boot: 'boot-silent', draining: false });
    expect(await admitSlugs()).toEqual(['p:d-1']);
  });

  test('a stage or engine that no host has is named', async () => {
    await addProject(catalog, { name: 'p', plan: [{ stage: 'check' }, { stage: 'workflow' }], engine: 'snakemake' });
    await addQueuedDatasets(catalog, 'p', 1);
    await addHost(catalog, { name: 'lab', engines: ['script'] });
    expect((await getDataset(catalog, 'p:d-1')).reason).toMatch(/has check, snakemake;/);
  });

  test('runs that a crash left unstarted are found until they are marked or closed', async () => {
    await addProject(catalog, { name: 'p' });
    await addQueuedDatasets(catalog, 'p', 2);
    await addHost(catalog, { name: 'lab' });
    const [first, second] = await admitDatasets(catalog, DEFAULTS);
    const unstarted = { olderThanMs: 0, defaults: DEFAULTS };
    expect(await unstartedRuns(catalog, unstarted)).toEqual([first, second]);
    expect(await unstartedRuns(catalog, { ...unstarted, olderThanMs: 60_000 })).toEqual([]);

    expect(await markRunStarted(catalog, first?.runId ?? '', 'temporal-1')).toBe(true);
    const cancelled = { outcome: 'cancelled', failureClass: 'cancelled', note: null, hostLosses: 0 } as const;
    await closeRun(catalog, { runId: second?.runId ?? '', ...cancelled });
    expect(await markRunStarted(catalog, second?.runId ?? '', 'temporal-2')).toBe(false);
    expect(await unstartedRuns(catalog, unstarted)).toEqual([]);
  });

  test('a host that brings a route gets the waiting runs, until the offer is noted', async () => {
    const { id } = await addProject(catalog, { name: 'p' });
    await addQueuedDatasets(catalog, 'p', 2);
    await addHost(catalog, { name: 'lab' });
    const [waiting, running] = await admitDatasets(catalog, DEFAULTS);
    for (const input of [waiting, running]) await markRunStarted(catalog, input?.runId ?? '', 'temporal');
    const claim = { host: 'lab', boot: 'boot-lab', leaseNumber: 1, stage: 'download' };
    await markRunClaimed(catalog, { runId: running?.runId ?? '', ...claim });
    expect(await runsToOffer(catalog)).toEqual([]);

    await addHost(catalog, { name: 'own', projects: ['p'] });
    const [offer, ...others] = await runsToOffer(catalog);
    expect(others).toEqual([]);
    expect(offer).toEqual({
      workflowId: workflowIdOf(waiting?.dataset.id ?? 0),
      runId: waiting?.runId,
      routes: [projectRoute(id)],
    });
    expect(await runsToOffer(catalog)).toEqual([offer]);
    if (offer) await markRunOffered(catalog, offer);
    expect(await runsToOffer(catalog)).toEqual([]);
  });

  test('runs on routes that nobody serves any more do not use up the room', async () => {
    await addProject(catalog, { name: 'pooled', pool: 'gpu' });
    await addQueuedDatasets(catalog, 'pooled', 100);
    await addHost(catalog, { name: 'gpu', pools: ['gpu'] });
    expect(await admitSlugs()).toHaveLength(64);
    await leaveHost(catalog, { name: 'gpu', boot: 'boot-gpu' });
    await addProject(catalog, { name: 'plain' });
    await addQueuedDatasets(catalog, 'plain', 3);
    await addHost(catalog, { name: 'lab' });
    expect(await admitSlugs()).toHaveLength(3);
  });

  test('a run keeps the revision with which it was admitted', async () => {
    await addProject(catalog, { name: 'p' });
    await addQueuedDatasets(catalog, 'p', 1);
    await addHost(catalog, { name: 'lab' });
    const [input] = await admitDatasets(catalog, DEFAULTS);
    await changeProject(catalog, 'p', { parameters: { beta: 2 } }, 'tester');
    expect((await getRun(catalog, input?.runId ?? '')).revision).toBe(1);
    expect(input?.parameters).toEqual({});
  });

  test('what is cancelled while it is admitted is cancelled or admitted, never both', async () => {
    await addProject(catalog, { name: 'p' });
    await addQueuedDatasets(catalog, 'p', 60);
    await addHost(catalog, { name: 'lab' });
    const selection = { datasets: [], projects: ['p'], pools: [], states: [], includeHeld: false, dryRun: false };
    const [outcome] = await Promise.all([cancelDatasets(catalog, selection, 'tester'), admitSlugs()]);

    const cancelled = await catalog.prisma.dataset.count({ where: { state: 'cancelled', openRunId: null } });
    const open = await catalog.prisma.run.count({ where: { closedAt: null } });
    expect(cancelled + open).toBe(60);
    expect(outcome.items).toHaveLength(60);
    expect(outcome.openRuns.length).toBeLessThanOrEqual(open);
  });

  test('100,000 queued datasets are rows that admission passes by', async () => {
    await addProject(catalog, { name: 'p' });
    await addQueuedDatasets(catalog, 'p', 100_000);
    await changeDataset(catalog, 'p:d-77777', { priority: 1 });
    await addHost(catalog, { name: 'lab' });
    expect((await admitSlugs())[0]).toBe('p:d-77777');
    const other = await catalogs.open();
    expect(await admitDatasets(other, DEFAULTS)).toEqual([]);
  });
});

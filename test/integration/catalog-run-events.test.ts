import { completeRun } from '../../activities/control/complete-run.ts';
import type { ControlContext } from '../../activities/control/control-context.ts';
import { FULL_ACCESS } from '../../catalog/access.ts';
import { admitDatasets } from '../../catalog/admission.ts';
import { getDataset } from '../../catalog/datasets.ts';
import { listFiles } from '../../catalog/files.ts';
import type { CatalogChange } from '../../catalog/notifications.ts';
import type { Catalog } from '../../catalog/open-catalog.ts';
import { closeRun, markRunClaimed, markRunWaiting, type StatusEvent } from '../../catalog/run-events.ts';
import { findEndedLeases, getRun, listRuns, noteRefusal } from '../../catalog/runs.ts';
import { listStatuses } from '../../catalog/statuses.ts';
import { retryDatasets } from '../../catalog/dataset-actions.ts';
import type { ProcessDatasetInput } from '../../shared/domain/processing.ts';
import { ADMISSION_DEFAULTS } from '../helpers/admit-slugs.ts';
import { useCatalog } from '../helpers/use-catalog.ts';
import { addHost, addProject, addQueuedDatasets, DIAGNOSTICS } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

const SLUG = 'p:d-1';
const COMPLETED = { outcome: 'completed', failureClass: null, note: null, hostLosses: 0 } as const;

const BY = { access: FULL_ACCESS, right: 'operate' } as const;

await describeWith('postgres', 'run events', ({ url }) => {
  let catalog: Catalog;
  let run: ProcessDatasetInput;

  useCatalog(url, (opened) => {
    catalog = opened;
  });
  beforeEach(async () => {
    await addProject(catalog, { name: 'p' });
    await addQueuedDatasets(catalog, 'p', 1);
    await addHost(catalog, { name: 'lab' });
    run = await admitOne();
  });

  async function admitOne(): Promise<ProcessDatasetInput> {
    const [input] = await admitDatasets(catalog, ADMISSION_DEFAULTS);
    if (!input) throw new Error('nothing was admitted');
    return input;
  }

  function event(stage: string, state: StatusEvent['state'], more: Partial<StatusEvent> = {}): StatusEvent {
    const { runId, dataset } = run;
    const told = { note: '', atMs: Date.UTC(2026, 0, 1, 12, 0, 0, 250), host: 'lab', diagnostics: DIAGNOSTICS };
    return { datasetId: dataset.id, runId, leaseNumber: 1, stage, state, ...told, ...more };
  }

  function claim(stage: string, leaseNumber = 1) {
    return { runId: run.runId, host: 'lab', boot: 'boot-lab', leaseNumber, stage };
  }

  async function listStates(): Promise<string[]> {
    const { items } = await listStatuses(catalog, SLUG, { limit: 100 });
    return items.map(({ stage, state }) => `${stage} ${state}`);
  }

  test('a lease ends with its run, or when the run goes back to the queue or to another lease', async () => {
    const outcomes = async (...numbers: number[]) => {
      const ended = await findEndedLeases(
        catalog,
        numbers.map((number) => `${run.runId}/${number}`),
      );
      return Object.fromEntries(ended.map(({ lease, outcome }) => [lease.split('/')[1], outcome]));
    };
    // Nobody has written down yet that lease 1 was claimed.
    expect(await outcomes(1)).toEqual({});
    await markRunClaimed(catalog, claim('download'));
    expect(await outcomes(1)).toEqual({});
    await markRunWaiting(catalog, { runId: run.runId, reason: 'it fell silent', hostLosses: 1 });
    expect(await outcomes(1, 2)).toEqual({ 1: 'lost' });
    await markRunClaimed(catalog, claim('download', 2));
    expect(await outcomes(1, 2)).toEqual({ 1: 'lost' });
    await closeRun(catalog, { runId: run.runId, ...COMPLETED, outcome: 'failed' });
    expect(await outcomes(1, 2)).toEqual({ 1: 'lost', 2: 'failed' });
    await catalog.prisma.item.delete({ where: { slug: SLUG } });
    expect(await outcomes(2)).toEqual({ 2: 'lost' });
  });

  test('a run whose host uploaded nothing says so, where its results are, and is completed', async () => {
    await markRunClaimed(catalog, claim('upload'), [event('upload', 'START')]);
    const { runId, dataset } = run;
    const success = { ...event('upload', 'SUCCESS'), diagnostics: null };
    const input = { datasetId: dataset.id, runId, basePath: dataset.basePath, leaseNumber: 1, hostLosses: 0 };
    const context = { catalog } as ControlContext;
    expect(await completeRun(context, { ...input, manifest: null, event: success })).toEqual({ resultFiles: 0 });
    const note = 'nothing was uploaded: the results are on host lab, which runs with --no-upload';
    expect(await getDataset(catalog, SLUG)).toMatchObject({ state: 'completed', reason: note, run: { note } });
    const { items } = await listStatuses(catalog, SLUG, { limit: 100 });
    expect(items.at(-1)).toMatchObject({ stage: 'UPLOAD', state: 'SUCCESS', note });
  });

  test('a run that is closed leaves the files that it published, also by a second call', async () => {
    await markRunClaimed(catalog, claim('upload'), [event('upload', 'START')]);
    const { runId, dataset } = run;
    const file = { path: 'out.txt', sizeBytes: 5, sha256: 'a'.repeat(64), origin: 'result' } as const;
    const end = { runId, ...COMPLETED, publication: { datasetId: dataset.id, files: [file] } };
    for (let call = 0; call < 2; call += 1) await closeRun(catalog, end, [event('upload', 'SUCCESS')]);
    const { items } = await listFiles(catalog, SLUG, { limit: 10 });
    expect(items).toMatchObject([{ ...file, run: runId }]);
    expect(await getDataset(catalog, SLUG)).toMatchObject({ state: 'completed', files: 1, sizeBytes: 5 });
  });

  test('a run that succeeds leaves the six statuses in order, and its dataset completed', async () => {
    await markRunClaimed(catalog, claim('download'), [event('download', 'START')]);
    await markRunClaimed(catalog, claim('workflow'), [event('download', 'SUCCESS'), event('workflow', 'START')]);
    expect(await getDataset(catalog, SLUG)).toMatchObject({ state: 'running', stage: 'workflow', host: 'lab' });
    await markRunClaimed(catalog, claim('upload'), [event('workflow', 'SUCCESS'), event('upload', 'START')]);
    await closeRun(catalog, { runId: run.runId, ...COMPLETED }, [event('upload', 'SUCCESS')]);

    expect(await listStates()).toEqual([
      'SETUP START',
      'SETUP SUCCESS',
      'WORKFLOW START',
      'WORKFLOW SUCCESS',
      'UPLOAD START',
      'UPLOAD SUCCESS',
    ]);
    const { items } = await listStatuses(catalog, SLUG, { limit: 1 });
    expect(items[0]).toMatchObject({
      dataset: SLUG,
      run: run.runId,
      lease: 1,
      at: new Date('2026-01-01T12:00:00.250Z'),
      diagnostics: DIAGNOSTICS,
    });
    expect(await getDataset(catalog, SLUG)).toMatchObject({ state: 'completed', stage: 'upload', reason: null });
    const closed = await getRun(catalog, run.runId);
    expect(closed).toMatchObject({ state: 'completed', host: 'lab', leaseNumber: 1, dataset: SLUG });
    expect(closed.startedAt).not.toBeNull();
    expect(closed.closedAt).not.toBeNull();
  });

  test('every call changes nothing when it comes again', async () => {
    const calls = [
      () => markRunClaimed(catalog, claim('check'), [event('check', 'START')]),
      () => markRunClaimed(catalog, claim('check'), [event('check', 'SUCCESS')]),
      () =>
        closeRun(catalog, {
          ...COMPLETED,
          runId: run.runId,
          outcome: 'failed',
          failureClass: 'stage',
          note: 'bad\nlog',
        }),
    ];
    for (const call of calls) {
      await call();
      const before = [await getDataset(catalog, SLUG), await listStates()];
      await call();
      expect([await getDataset(catalog, SLUG), await listStates()]).toEqual(before);
    }
    expect(await listStates()).toEqual(['check START', 'check SUCCESS']);
    expect(await getDataset(catalog, SLUG)).toMatchObject({
      state: 'failed',
      reason: 'bad',
      run: { note: 'bad\nlog' },
    });
  });

  test('a closed run is not reopened, and its dataset goes its own way', async () => {
    await closeRun(catalog, { ...COMPLETED, runId: run.runId, outcome: 'cancelled', failureClass: 'cancelled' });
    await markRunClaimed(catalog, claim('download'));
    await markRunWaiting(catalog, { runId: run.runId, reason: 'late', hostLosses: 1 });
    await closeRun(catalog, { ...COMPLETED, runId: run.runId });
    expect(await getDataset(catalog, SLUG)).toMatchObject({ state: 'cancelled', run: { state: 'cancelled' } });

    const selection = {
      datasets: [SLUG],
      projects: [],
      pools: [],
      states: [],
      includeHeld: false,
      dryRun: false,
      ...BY,
    };
    await retryDatasets(catalog, selection, { name: 'tester' });
    const second = await admitOne();
    await closeRun(catalog, { ...COMPLETED, runId: run.runId });
    expect(await getDataset(catalog, SLUG)).toMatchObject({ state: 'queued', runs: 2, run: { id: second.runId } });
    const { items } = await listRuns(catalog, SLUG, { limit: 10 });
    expect(items.map(({ number, state }) => [number, state])).toEqual([
      [2, 'waiting'],
      [1, 'cancelled'],
    ]);
  });

  test('a run that lost its host waits with a reason, and only a newer lease takes it', async () => {
    await markRunClaimed(catalog, claim('workflow', 3), [event('workflow', 'START', { leaseNumber: 3 })]);
    const lost = [event('workflow', 'LOST', { leaseNumber: 3 })];
    await markRunWaiting(catalog, { runId: run.runId, reason: 'lab was lost', hostLosses: 1 }, lost);
    expect(await getDataset(catalog, SLUG)).toMatchObject({
      ...{ state: 'queued', host: null, reason: 'lab was lost' },
      run: { state: 'waiting', hostLosses: 1, leaseNumber: 3 },
    });

    await markRunClaimed(catalog, claim('workflow', 3));
    expect((await getDataset(catalog, SLUG)).state).toBe('queued');
    await markRunClaimed(catalog, claim('download', 4));
    expect(await getDataset(catalog, SLUG)).toMatchObject({ state: 'running', stage: 'download', reason: null });
    await closeRun(catalog, { ...COMPLETED, runId: run.runId });
    const selection = {
      datasets: [SLUG],
      projects: [],
      pools: [],
      states: [],
      includeHeld: false,
      dryRun: false,
      ...BY,
    };
    await retryDatasets(catalog, selection, { name: 'tester' });
    expect((await admitOne()).lastLeaseNumber).toBe(4);
  });

  test('a refusal is shown while the run waits', async () => {
    await noteRefusal(catalog, { runId: run.runId, host: 'lab', reason: 'too little space' });
    expect((await getDataset(catalog, SLUG)).reason).toBe('lab can’t take it: too little space');
    await markRunClaimed(catalog, claim('download'));
    await noteRefusal(catalog, { runId: run.runId, host: 'lab', reason: 'late' });
    expect((await getDataset(catalog, SLUG)).reason).toBeNull();
  });

  test('texts of users’ programs are kept whatever bytes they hold', async () => {
    const note = 'nul \0 half \ud800 “é”';
    await markRunClaimed(catalog, claim('check'), [event('check', 'FAIL', { note, diagnostics: null })]);
    const { items } = await listStatuses(catalog, SLUG, { limit: 10 });
    expect(items[0]?.note).toBe('nul \u{FFFD} half \u{FFFD} “é”');
  });

  test('statuses of a deleted run are dropped', async () => {
    await catalog.prisma.item.delete({ where: { slug: SLUG } });
    await markRunClaimed(catalog, claim('download'), [event('download', 'START')]);
    await closeRun(catalog, { ...COMPLETED, runId: run.runId }, [event('download', 'SUCCESS')]);
    expect(await catalog.prisma.status.count()).toBe(0);
  });

  test('listeners hear of a closed run once, after a lost connection too', async () => {
    const changes = inbox<CatalogChange>();
    const admissions = inbox<void>();
    catalog.notifications.onChange(changes.put);
    catalog.notifications.onAdmission(admissions.put);
    expect(await changes.next()).toEqual({});
    await admissions.next();

    await closeRun(catalog, { ...COMPLETED, runId: run.runId });
    expect(await changes.next()).toEqual({ dataset: SLUG, project: 'p' });
    await admissions.next();

    await catalog.prisma.$executeRaw`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND query LIKE 'LISTEN%'`;
    expect(await changes.next()).toEqual({});
    await closeRun(catalog, { ...COMPLETED, runId: run.runId });
    await markRunClaimed(catalog, claim('download'), [event('download', 'START')]);
    expect(await changes.next()).toEqual({ dataset: SLUG, project: 'p' });
  });
});

/** Keeps what arrives until it is asked for. */
function inbox<T>() {
  const arrived: T[] = [];
  let wake = () => {};
  return {
    put: (item: T) => {
      arrived.push(item);
      wake();
    },
    next: async (): Promise<T | undefined> => {
      while (arrived.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return arrived.shift();
    },
  };
}

import { FULL_ACCESS } from '../../catalog/access.ts';
import { admitDatasets, markRunStarted, markRunTold, runsToTell } from '../../catalog/admission.ts';
import { queueDatasets } from '../../catalog/dataset-actions.ts';
import { getDataset } from '../../catalog/datasets.ts';
import { beatHost, leaveHost } from '../../catalog/hosts.ts';
import type { Catalog } from '../../catalog/open-catalog.ts';
import { pauseProject, resumeProject } from '../../catalog/pause-project.ts';
import { markRunClaimed } from '../../catalog/run-events.ts';
import { hostRoute, poolRoute, projectRoute, workflowIdOf } from '../../shared/domain/queue-names.ts';
import { ADMISSION_DEFAULTS, admitSlugs } from '../helpers/admit-slugs.ts';
import { useCatalog } from '../helpers/use-catalog.ts';
import { addDataset, addHost, addProject, addQueuedDatasets, TESTER } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

const BY = { access: FULL_ACCESS, right: 'operate' } as const;

await describeWith('postgres', 'routes of datasets', ({ url }) => {
  let catalog: Catalog;

  useCatalog(url, (opened) => {
    catalog = opened;
  });

  test('datasets go only where a live host serves their route, and say what is missing', async () => {
    await addProject(catalog, { name: 'pooled', pool: 'gpu' });
    await addQueuedDatasets(catalog, 'pooled', 1);
    const plain = await addProject(catalog, { name: 'plain' });
    await addQueuedDatasets(catalog, 'plain', 1);
    await addDataset(catalog, 'plain', 'pinned');
    const selection = { projects: [], pools: [], states: [], includeHeld: false, dryRun: false, ...BY };
    await queueDatasets(catalog, { ...selection, datasets: ['plain:pinned'], host: 'desk' }, { name: 'tester' });

    expect(await admitSlugs(catalog)).toEqual([]);
    expect((await getDataset(catalog, 'pooled:d-1')).reason).toBe(
      'no live host takes datasets of pool gpu; start one with crunch loop --pool gpu',
    );
    expect((await getDataset(catalog, 'plain:pinned')).reason).toMatch(/only the host desk may take it/);

    await addHost(catalog, { name: 'own', projects: ['plain'] });
    expect((await admitDatasets(catalog, ADMISSION_DEFAULTS)).map(({ routes }) => routes)).toEqual([
      [projectRoute(plain.id)],
    ]);

    await addHost(catalog, { name: 'desk', pinnedOnly: true });
    await addHost(catalog, { name: 'gpu', pools: ['gpu'] });
    const routes = (await admitDatasets(catalog, ADMISSION_DEFAULTS)).map((input) => [
      input.dataset.slug,
      ...input.routes,
    ]);
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
    expect(await admitSlugs(catalog)).toEqual([]);

    await beatHost(catalog, { name: 'silent', boot: 'boot-silent', draining: false });
    expect(await admitSlugs(catalog)).toEqual(['p:d-1']);
  });

  test('a stage or engine that no host has is named', async () => {
    await addProject(catalog, { name: 'p', plan: [{ stage: 'check' }, { stage: 'workflow' }], engine: 'snakemake' });
    await addQueuedDatasets(catalog, 'p', 1);
    await addHost(catalog, { name: 'lab', engines: ['script'] });
    expect((await getDataset(catalog, 'p:d-1')).reason).toMatch(/has check, snakemake;/);
  });

  test('a host that brings a route gets the waiting runs, until the offer is noted', async () => {
    const { id } = await addProject(catalog, { name: 'p' });
    await addQueuedDatasets(catalog, 'p', 2);
    await addHost(catalog, { name: 'lab' });
    const [waiting, running] = await admitDatasets(catalog, ADMISSION_DEFAULTS);
    for (const input of [waiting, running]) await markRunStarted(catalog, input?.runId ?? '', 'temporal');
    const claim = { host: 'lab', boot: 'boot-lab', leaseNumber: 1, stage: 'download' };
    await markRunClaimed(catalog, { runId: running?.runId ?? '', ...claim });
    expect(await runsToTell(catalog)).toEqual([]);

    await addHost(catalog, { name: 'own', projects: ['p'] });
    const [offer, ...others] = await runsToTell(catalog);
    expect(others).toEqual([]);
    expect(offer).toEqual({
      workflowId: workflowIdOf(waiting?.dataset.id ?? 0),
      runId: waiting?.runId,
      routes: [projectRoute(id)],
      paused: null,
    });
    expect(await runsToTell(catalog)).toEqual([offer]);
    if (offer) await markRunTold(catalog, offer);
    expect(await runsToTell(catalog)).toEqual([]);
  });

  test('waiting and running runs are told that their project is paused, and that it is resumed', async () => {
    await addProject(catalog, { name: 'p' });
    await addQueuedDatasets(catalog, 'p', 2);
    await addHost(catalog, { name: 'lab' });
    const runs = (await admitDatasets(catalog, ADMISSION_DEFAULTS)).map(({ runId }) => runId);
    for (const runId of runs) await markRunStarted(catalog, runId, 'temporal');
    const claim = { host: 'lab', boot: 'boot-lab', leaseNumber: 1, stage: 'download' };
    await markRunClaimed(catalog, { runId: runs[1] ?? '', ...claim });

    await pauseProject(catalog, 'p', { reason: null }, TESTER);
    const told = await runsToTell(catalog);
    expect(told.map(({ runId, routes, paused }) => ({ runId, routes, paused }))).toEqual(
      runs.map((runId) => ({ runId, routes: [], paused: true })),
    );
    await markRunTold(catalog, told[0]!);
    expect(await runsToTell(catalog)).toEqual([told[1]]);
    await markRunTold(catalog, told[1]!);
    expect(await runsToTell(catalog)).toEqual([]);

    await resumeProject(catalog, 'p', TESTER);
    expect((await runsToTell(catalog)).map(({ paused }) => paused)).toEqual([false, false]);
  });

  test('runs on routes that nobody serves any more do not use up the room', async () => {
    await addProject(catalog, { name: 'pooled', pool: 'gpu' });
    await addQueuedDatasets(catalog, 'pooled', 100);
    await addHost(catalog, { name: 'gpu', pools: ['gpu'] });
    expect(await admitSlugs(catalog)).toHaveLength(64);
    await leaveHost(catalog, { name: 'gpu', boot: 'boot-gpu' });
    await addProject(catalog, { name: 'plain' });
    await addQueuedDatasets(catalog, 'plain', 3);
    await addHost(catalog, { name: 'lab' });
    expect(await admitSlugs(catalog)).toHaveLength(3);
  });
});

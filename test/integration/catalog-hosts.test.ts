import { admitDatasets } from '../../catalog/admission.ts';
import { beatHost, getHostWork, leaveHost, listHosts, registerHost, type HostInput } from '../../catalog/hosts.ts';
import type { Catalog } from '../../catalog/open-catalog.ts';
import { pauseProject } from '../../catalog/pause-project.ts';
import { closeRun, markRunClaimed, markRunWaiting } from '../../catalog/run-events.ts';
import { hostRoute, poolRoute, projectRoute } from '../../shared/domain/queue-names.ts';
import { ADMISSION_DEFAULTS } from '../helpers/admit-slugs.ts';
import { useCatalog } from '../helpers/use-catalog.ts';
import { addDataset, addHost, addProject, addQueuedDatasets, DIAGNOSTICS, TESTER } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

await describeWith('postgres', 'hosts in the catalog', ({ url }) => {
  let catalog: Catalog;

  useCatalog(url, (opened) => {
    catalog = opened;
  });

  async function silence(name: string): Promise<void> {
    await catalog.prisma.host.update({ where: { name }, data: { lastSeenAt: new Date(0) } });
  }

  test('routes follow from what a host serves, and its own is there unless it has a scope', async () => {
    const { id } = await addProject(catalog, { name: 'p' });
    const scope = { projects: [], pools: [], pinnedOnly: false };
    const register = async (name: string, more: Partial<HostInput>) => {
      const able = { boot: `boot-${name}`, version: '1', protocol: 1, slots: 1, stages: [], engines: [] };
      const host = { name, ...able, diagnostics: DIAGNOSTICS, ...scope, ...more };
      return (await registerHost(catalog, host, { silentAfterMs: 1000 })).routes;
    };
    expect(await register('any', {})).toEqual(['any', hostRoute('any')]);
    expect(await register('some', { projects: ['p'], pools: ['gpu'] })).toEqual([projectRoute(id), poolRoute('gpu')]);
    expect(await register('own', { pinnedOnly: true })).toEqual([hostRoute('own')]);
    await expect(register('lost', { projects: ['q'] })).rejects.toMatchObject({ code: 'not-found' });
  });

  test('a second live host of one name gets a number; a name that fell silent or left is used again', async () => {
    const register = (boot: string) => addHost(catalog, { name: 'lab', boot });
    expect(await register('boot-a')).toBe('lab');
    expect(await register('boot-b')).toBe('lab-2');
    expect(await register('boot-c')).toBe('lab-3');
    expect(await register('boot-b')).toBe('lab-2');
    await leaveHost(catalog, { name: 'lab-2', boot: 'boot-b' });
    expect(await register('boot-d')).toBe('lab-2');
    await silence('lab');
    expect(await register('boot-e')).toBe('lab');
    await expect(beatHost(catalog, { name: 'lab', boot: 'boot-a', draining: false })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  test('hosts of one name that start at once all get names of their own', async () => {
    const boots = Array.from({ length: 8 }, (_, index) => `boot-${index}`);
    const names = await Promise.all(boots.map((boot) => addHost(catalog, { name: 'lab', boot })));
    expect(names.sort()).toEqual(['lab', ...Array.from({ length: 7 }, (_, index) => `lab-${index + 2}`)]);
  });

  test('a host that left has to register again', async () => {
    await addHost(catalog, { name: 'lab' });
    const lab = { name: 'lab', boot: 'boot-lab' };
    await beatHost(catalog, { ...lab, draining: false });
    await leaveHost(catalog, lab);
    await leaveHost(catalog, lab);
    await expect(beatHost(catalog, { ...lab, draining: false })).rejects.toMatchObject({ code: 'not-found' });
    await expect(leaveHost(catalog, { ...lab, boot: 'other' })).rejects.toMatchObject({ code: 'not-found' });
    await addHost(catalog, { name: 'lab' });
    await beatHost(catalog, { ...lab, draining: false });
  });

  test('are listed live ones first, with what they hold', async () => {
    await addProject(catalog, { name: 'p' });
    await addQueuedDatasets(catalog, 'p', 2);
    for (const name of ['gone', 'silent', 'draining', 'live', 'also-live']) await addHost(catalog, { name });
    for (const { runId } of await admitDatasets(catalog, ADMISSION_DEFAULTS)) {
      await markRunClaimed(catalog, { runId, host: 'live', boot: 'boot-live', leaseNumber: 1, stage: 'download' });
    }
    await leaveHost(catalog, { name: 'gone', boot: 'boot-gone' });
    await silence('silent');
    await beatHost(catalog, { name: 'draining', boot: 'boot-draining', draining: true });

    const first = await listHosts(catalog, { limit: 2 });
    const rest = await listHosts(catalog, { limit: 10, cursor: first.next ?? undefined });
    expect([...first.items, ...rest.items].map(({ name, state, holds }) => [name, state, holds])).toEqual([
      ['also-live', 'live', []],
      ['live', 'live', ['p:d-1', 'p:d-2']],
      ['draining', 'draining', []],
      ['silent', 'silent', []],
      ['gone', 'left', []],
    ]);
    expect(first.items[0]).not.toHaveProperty('rank');
  });

  test('its work is what it could take, what others hold and what it holds', async () => {
    await addProject(catalog, { name: 'p' });
    await addQueuedDatasets(catalog, 'p', 3);
    await addProject(catalog, { name: 'pooled', pool: 'gpu' });
    await addQueuedDatasets(catalog, 'pooled', 1);
    await addProject(catalog, { name: 'special', plan: [{ stage: 'check' }] });
    await addQueuedDatasets(catalog, 'special', 1);
    await addProject(catalog, { name: 'other-engine', engine: 'snakemake' });
    await addQueuedDatasets(catalog, 'other-engine', 1);
    await addProject(catalog, { name: 'paused' });
    await addQueuedDatasets(catalog, 'paused', 1);
    await pauseProject(catalog, 'paused', { reason: null }, TESTER);
    await addDataset(catalog, 'p', 'draft');

    await addHost(catalog, { name: 'lab', engines: ['script'] });
    await addHost(catalog, { name: 'gpu', pools: ['gpu'] });
    expect(await getHostWork(catalog, 'lab')).toEqual({ queued: 3, runningElsewhere: 0, held: 0 });
    expect(await getHostWork(catalog, 'gpu')).toEqual({ queued: 1, runningElsewhere: 0, held: 0 });

    const runs = (await admitDatasets(catalog, ADMISSION_DEFAULTS)).filter(
      ({ dataset }) => dataset.projectSlug === 'p',
    );
    expect(await getHostWork(catalog, 'lab')).toEqual({ queued: 3, runningElsewhere: 0, held: 0 });
    const [own, elsewhere] = runs.map(({ runId }) => runId);
    const claim = { leaseNumber: 1, stage: 'download' };
    await markRunClaimed(catalog, { runId: own ?? '', host: 'lab', boot: 'boot-lab', ...claim });
    await markRunClaimed(catalog, { runId: elsewhere ?? '', host: 'gpu', boot: 'boot-gpu', ...claim });
    expect(await getHostWork(catalog, 'lab')).toEqual({ queued: 1, runningElsewhere: 1, held: 1 });

    await markRunWaiting(catalog, { runId: elsewhere ?? '', reason: 'gpu was lost', hostLosses: 1 });
    const end = { outcome: 'completed', failureClass: null, note: null, hostLosses: 0 } as const;
    await closeRun(catalog, { runId: own ?? '', ...end });
    expect(await getHostWork(catalog, 'lab')).toEqual({ queued: 2, runningElsewhere: 0, held: 0 });
    // Also what waits for a host already is nobody's until the project is resumed.
    await pauseProject(catalog, 'p', { reason: null }, TESTER);
    expect(await getHostWork(catalog, 'lab')).toEqual({ queued: 0, runningElsewhere: 0, held: 0 });
    await expect(getHostWork(catalog, 'none')).rejects.toMatchObject({ code: 'not-found' });
  });
});

import { randomUUID } from 'node:crypto';
import type { CrunchClient } from '../../client/index.ts';
import type { HostRegistration } from '../../shared/contract/hosts.ts';
import { PROTOCOL_VERSION } from '../../shared/domain/protocol.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { describeWith } from '../setup/test-services.ts';

const DIAGNOSTICS = {
  agentUser: 'ada',
  version: '1',
  revision: '',
  system: 'Linux',
  systemRelease: '6',
  systemVersion: '#1',
  machine: 'x86_64',
  hostname: 'h',
  ipAddress: '192.0.2.1',
  macAddress: '00:00:5e:00:53:01',
  memoryTotal: 1,
  memoryFree: 1,
  diskTotal: 1,
  diskFree: null,
};

const HOST: HostRegistration = {
  name: 'lab',
  boot: 'boot-one',
  version: '1.0.0',
  protocol: PROTOCOL_VERSION,
  slots: 2,
  projects: [],
  pools: [],
  pinnedOnly: false,
  stages: ['download', 'workflow', 'upload'],
  engines: ['script'],
  diagnostics: DIAGNOSTICS,
};

await describeWith('postgres', 'hosts through the client', ({ url: databaseUrl }) => {
  let api: TestApi;
  let admin: CrunchClient;
  let host: CrunchClient;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    admin = await api.signIn();
    host = await api.signIn({ scope: 'host' });
    const workflow = { kind: 'text', text: '#!/bin/sh\n' } as const;
    for (const name of ['Own', 'Other']) await admin.createProject({ body: { name, workflow } });
  });
  afterAll(() => api.stop());

  test('a host comes, beats, and goes', async () => {
    await expect(host.registerHost({ body: HOST })).resolves.toEqual({ name: 'lab', routes: ['any', 'host.lab'] });
    await expect(host.registerHost({ body: { ...HOST, boot: 'boot-two' } })).resolves.toMatchObject({ name: 'lab-2' });
    await host.beatHost({ params: { name: 'lab' }, body: { boot: 'boot-one', draining: true } });
    await host.leaveHost({ params: { name: 'lab-2' }, body: { boot: 'boot-two' } });
    const { items } = await admin.listHosts();
    expect(items.map(({ name, state }) => [name, state])).toEqual([
      ['lab', 'draining'],
      ['lab-2', 'left'],
    ]);
    await expect(
      host.beatHost({ params: { name: 'lab-2' }, body: { boot: 'boot-two', draining: false } }),
    ).rejects.toMatchObject({ code: 'not-found' });
  });

  test.each([
    [PROTOCOL_VERSION - 1, 'host'],
    [PROTOCOL_VERSION + 1, 'server'],
  ])('one that speaks version %d is told to upgrade the %s', async (protocol, older) => {
    await expect(host.registerHost({ body: { ...HOST, protocol } })).rejects.toMatchObject({
      code: 'host-cannot',
      message: expect.stringMatching(new RegExp(`upgrade Crunch on the ${older}`)),
    });
  });

  test('what a host needs to start holds no credentials', async () => {
    const config = await host.getHostConfig();
    expect(config).toMatchObject({ protocol: PROTOCOL_VERSION, storage: { kind: 'folder', path: api.folder } });
    expect(JSON.stringify(config)).not.toContain(new URL(databaseUrl).password || 'postgres://');
  });

  test('a host that waits for work hears of it when it is queued', async () => {
    await host.registerHost({ body: { ...HOST, name: 'waiter' } });
    const params = { name: 'waiter' };
    const known = await host.getHostWork({ params });
    expect(known).toEqual({ queued: 0, runningElsewhere: 0, held: 0, ended: [] });
    const query = { ...known, waitSeconds: 30 };
    const news = host.getHostWork({ params, query });
    await admin.createDataset({ body: { project: 'own', name: 'Set', queue: true } });
    await expect(news).resolves.toMatchObject({ queued: 1 });
    await expect(host.getHostWork({ params, query })).resolves.toMatchObject({ queued: 1 });
    const lease = `${randomUUID()}/1`;
    await expect(host.getHostWork({ params, query: { leases: [lease] } })).resolves.toMatchObject({
      ended: [{ lease, outcome: 'lost' }],
    });
    await expect(host.getHostWork({ params, query: { leases: ['1'] } })).rejects.toMatchObject({
      code: 'invalid-input',
    });
  });

  test('a server that stops answers those who wait at once', async () => {
    const other = await startTestApi({ databaseUrl });
    const client = await other.signIn({ scope: 'host' });
    await client.registerHost({ body: { ...HOST, name: 'patient' } });
    const known = await client.getHostWork({ params: { name: 'patient' } });
    const news = client.getHostWork({ params: { name: 'patient' }, query: { ...known, waitSeconds: 30 } });
    await admin.listHosts();
    await other.stop();
    await expect(news).resolves.toEqual(known);
  });

  test('a limited token’s host serves what the token names, and no more', async () => {
    const limited = await api.signIn({ scope: 'host', projects: ['own'] });
    const { routes } = await limited.registerHost({ body: { ...HOST, name: 'limited' } });
    expect(routes).toEqual([expect.stringMatching(/^project\.\d+$/)]);
    const foreign = { ...HOST, name: 'foreign', projects: ['other'] };
    await expect(limited.registerHost({ body: foreign })).rejects.toMatchObject({ code: 'not-found' });
    const pool = { ...HOST, name: 'foreign', pools: ['gpu'] };
    await expect(limited.registerHost({ body: pool })).rejects.toMatchObject({ code: 'not-allowed' });
    const { items } = await limited.listHosts();
    expect(items.flatMap((item) => item.routes)).not.toContainEqual(expect.stringMatching(/^project/));
  });
});

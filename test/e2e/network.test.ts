import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DatasetDetail } from '../../shared/contract/datasets.ts';
import type { StackPlaces } from '../helpers/crunch-stack.ts';
import { CrunchUser, installCrunch } from '../helpers/installed-crunch.ts';
import { NetworkLab, type LabMachine } from '../helpers/network-lab.ts';
import { describeWith } from '../setup/test-services.ts';

await describeWith('network', 'hosts on other machines', (tools) => {
  const HOSTS = ['laptop', 'node', 'behind-nat'];
  let folder: string;
  let lab: NetworkLab;
  let server: LabMachine;
  let crunch: string;
  let administrator: CrunchUser;
  let url: string;
  const users = new Map<string, CrunchUser>();
  const machines = new Map<string, LabMachine>();

  const user = (name: string): CrunchUser => users.get(name) as CrunchUser;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'crunch-network-'));
    // So that PostgreSQL's account may enter it.
    await chmod(folder, 0o711);
    [crunch, lab] = await Promise.all([installCrunch(folder), NetworkLab.create(tools)]);
    server = await lab.addMachine('server');
    for (const name of HOSTS) {
      const machine = name === 'behind-nat' ? await lab.addMachineBehindNat(name) : await lab.addMachine(name);
      machines.set(name, machine);
      users.set(name, new CrunchUser(crunch, machine, path.join(folder, 'homes', name)));
    }
    administrator = new CrunchUser(crunch, server, path.join(folder, 'homes', 'administrator'));
    const up = await administrator.start<StackPlaces>('up', '--listen', server.address);
    const { data, ...places } = await up.event(() => true);
    ({ url } = places);
    // The server's files are on the server.
    for (const machine of machines.values()) await machine.hide(path.join(data, 'storage'));
  }, 300_000);

  afterAll(async () => {
    for (const one of users.values()) await one.stop();
    await administrator?.stop();
    await lab?.remove();
    await rm(folder, { recursive: true, force: true });
  }, 120_000);

  async function addProject(name: string, script: string, ...options: string[]): Promise<string> {
    const workflow = path.join(folder, `${name}.sh`);
    await writeFile(workflow, script);
    const { slug } = await administrator.json<{ slug: string }>(
      'add-project',
      name,
      '--workflow',
      workflow,
      ...options,
    );
    return slug;
  }

  async function addDataset(project: string, name: string): Promise<string> {
    const input = path.join(folder, 'inputs', name);
    await mkdir(input, { recursive: true });
    await writeFile(path.join(input, 'measured in März.csv'), `name,${name}\n`);
    const { slug } = await administrator.json<{ slug: string }>('add-dataset', project, name, '--files', input);
    return slug;
  }

  test('whoever opens a server to a network is told what that means', async () => {
    const other = new CrunchUser(crunch, server, path.join(folder, 'homes', 'other'));
    const { stderr } = await other.run('up', '--listen', server.address, '--port', new URL(url).port);
    expect(stderr).toContain('whoever reaches this address controls Temporal');
  });

  test('a computer with the address and a token is a host', async () => {
    for (const name of HOSTS) {
      const { token } = await administrator.json<{ token: string }>(
        'token',
        'create',
        '--name',
        name,
        '--scope',
        'host',
      );
      await expect(user(name).run('login', url, '--token', token)).resolves.toMatchObject({ exitCode: 0 });
      const doctor = await user(name).run('doctor');
      expect(doctor).toMatchObject({ exitCode: 0 });
      expect(doctor.stdout).not.toContain('✕');
      expect(doctor.stdout).toContain('through the server');
    }
  }, 120_000);

  test('hosts on three machines, one of them behind NAT, each process datasets of one project', async () => {
    // Each waits for the others, so that nobody can do all the work.
    const barrier = path.join(folder, 'barrier');
    await mkdir(barrier);
    const wait = `while [ "$(ls ${barrier} | wc -l)" -lt ${HOSTS.length} ]; do sleep 0.1; done`;
    const project = await addProject(
      'Measured',
      `#!/bin/sh\nset -e\ntouch "${barrier}/$CRUNCH_HOST"\n${wait}\ncp *.csv "copy of it.csv"\n`,
    );
    const slugs = [];
    for (const name of ['one', 'two', 'three', 'four']) slugs.push(await addDataset(project, name));
    const hosts = await Promise.all(HOSTS.map((name) => user(name).startHost('--project', project, '--until-empty')));
    for (const host of hosts) await expect(host.ended).resolves.toMatchObject({ exitCode: 0 });
    const datasets = await Promise.all(slugs.map((slug) => administrator.json<DatasetDetail>('show', slug)));
    expect(datasets.map(({ state }) => state)).toEqual(slugs.map(() => 'completed'));
    expect(new Set(datasets.map(({ host }) => host))).toEqual(new Set(HOSTS));

    const to = path.join(folder, 'results');
    await administrator.json('download', slugs[1] as string, '--to', to);
    await expect(readFile(path.join(to, 'copy of it.csv'), 'utf8')).resolves.toBe('name,two\n');
  }, 240_000);

  test('a cable that is pulled while a result goes up costs nothing', async () => {
    const project = await addProject(
      'Large',
      '#!/bin/sh\nset -e\nhead -c 300000000 /dev/urandom > large.bin\nsha256sum < large.bin > sum.txt\n',
      ...['--heartbeat-timeout', '30s', '--grace', '30s'],
    );
    const slug = await addDataset(project, 'big');
    const host = await user('node').startHost('--project', project, '--until-empty');
    await host.event((event) => event.type === 'stage' && event.stage === 'upload' && event.state === 'START');
    const machine = machines.get('node') as LabMachine;
    await machine.setLink('down');
    // Long enough that the host's own patience is tried, not the lease's.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    await machine.setLink('up');
    await expect(host.ended).resolves.toMatchObject({ exitCode: 0 });
    await expect(administrator.json('show', slug)).resolves.toMatchObject({
      state: 'completed',
      run: { leaseNumber: 1 },
    });
    const to = path.join(folder, 'large');
    await administrator.json('download', slug, '--to', to);
    const hash = createHash('sha256');
    await pipeline(createReadStream(path.join(to, 'large.bin')), hash);
    await expect(readFile(path.join(to, 'sum.txt'), 'utf8')).resolves.toBe(`${hash.digest('hex')}  -\n`);
  }, 300_000);
});

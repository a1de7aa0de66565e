import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startPostgres, type RunningPostgres } from '../../platform/embedded/postgres.ts';
import { findFreePort } from '../../platform/free-port.ts';
import type { DatasetDetail } from '../../shared/contract/datasets.ts';
import type { HostEvent } from '../../worker/host-options.ts';
import { readComposeFile, type ComposeFile } from '../helpers/compose-file.ts';
import type { RunningCrunch } from '../helpers/crunch-stack.ts';
import { ExternalCrunch } from '../helpers/external-crunch.ts';
import { runSql } from '../setup/catalog.ts';
import { describeWithAll } from '../setup/test-services.ts';

/** Instead of `crunch`, which is what the PostgreSQL of the tests calls its superuser. */
const ROLE = 'crunch_app';

const TOKEN_FILE = '/var/lib/crunch/admin-token';
const HOST_TOKEN_FILE = '/run/secrets/crunch_host_token';
const PASSWORD_FILE = '/run/secrets/crunch_database_password';
const STORAGE_FILE = '/etc/crunch/storage.toml';

await describeWithAll(['temporal', 's3', 'compose'], 'Crunch on the services of docker-compose.yml', (services) => {
  const { temporal, s3 } = services;
  const databasePassword = randomBytes(24).toString('hex');
  let folder: string;
  let postgres: RunningPostgres;
  let crunch: ExternalCrunch;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'crunch-external-'));
    // So that PostgreSQL's account may enter it where the tests run as root.
    await chmod(folder, 0o711);
    const compose = await readComposeFile(services.compose.program, { S3_SECRET_KEY: s3.secretAccessKey });
    postgres = await startPostgres({ dataFolder: path.join(folder, 'postgres') });
    await makeDatabases(compose);
    await makeBucket();
    const port = await findFreePort();
    url = `http://127.0.0.1:${port}`;
    crunch = new ExternalCrunch(compose, folder, [
      ['crunch@postgres:5432', `${ROLE}@127.0.0.1:${postgres.port}`],
      ['temporal:7233', temporal.address],
      ['server:8700', `127.0.0.1:${port}`],
      ['8700', `${port}`],
      ['http://s3:8333', s3.endpoint],
      ['accessKeyId = "crunch"', `accessKeyId = "${s3.accessKeyId}"`],
    ]);
    await crunch.lay(STORAGE_FILE, crunch.place(compose.configs.storage!.content));
    await crunch.lay(PASSWORD_FILE, `${databasePassword}\n`);
    await mkdir(path.dirname(crunch.pathOf(TOKEN_FILE)), { recursive: true });
  }, 120_000);

  afterAll(async () => {
    await crunch?.stop('SIGKILL');
    await postgres?.stop();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  /** Runs what the file lays for PostgreSQL's first start; the lines that begin with a backslash are its client's. */
  async function makeDatabases({ configs }: ComposeFile): Promise<void> {
    const sql = configs
      .databases!.content.replaceAll(/:'\w+'/g, `'${databasePassword}'`)
      .replaceAll(/(ROLE|OWNER) crunch\b/g, `$1 ${ROLE}`);
    for (const statement of sql.split('\n').filter((line) => line !== '' && !line.startsWith('\\'))) {
      await runSql(postgres.url, statement);
    }
  }

  async function makeBucket(): Promise<void> {
    const { endpoint, region, accessKeyId, secretAccessKey } = s3;
    const credentials = { accessKeyId, secretAccessKey };
    const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    await client.send(new CreateBucketCommand({ Bucket: 'crunch' }));
    client.destroy();
  }

  async function askHealth(): Promise<number> {
    return (await fetch(`${url}/api/v1/health`)).status;
  }

  async function waitForHealth(status: number): Promise<void> {
    while ((await askHealth()) !== status);
  }

  async function addDataset(project: string, name: string): Promise<string> {
    const inputs = path.join(folder, 'inputs', name);
    await mkdir(inputs, { recursive: true });
    await writeFile(path.join(inputs, 'input.txt'), `${name}\n`);
    return (await crunch.json<{ slug: string }>('add-dataset', project, name, '--files', inputs)).slug;
  }

  function startHost(name: string): RunningCrunch<HostEvent> {
    const directory = path.join(folder, 'hosts', name);
    return crunch.start<HostEvent>('host', ['loop', '--directory', directory], { CRUNCH_HOST: name });
  }

  async function requireCompleted(slug: string, hosts: RunningCrunch<HostEvent>[]): Promise<void> {
    await Promise.any(hosts.map((host) => host.event((it) => it.type === 'finished' && it.dataset === slug)));
    await expect(crunch.json<DatasetDetail>('show', slug)).resolves.toMatchObject({ state: 'completed' });
    const to = path.join(folder, 'results', slug.replace(':', '--'));
    await crunch.json('download', slug, 'output.txt', '--to', to);
    await expect(readFile(path.join(to, 'output.txt'), 'utf8')).resolves.toBe(`${slug.split(':')[1]}\nseen\n`);
  }

  test.each(['server', 'control'])('crunch %s before crunch migrate says what to do', async (service) => {
    const end = await crunch.run(service, [service]);
    expect(end).toMatchObject({ exitCode: 13, stderr: expect.stringContaining('crunch migrate') });
  });

  test('crunch migrate makes namespace, tables and one token for their owner, and again changes nothing', async () => {
    const first = await crunch.run('migrate', ['migrate']);
    expect(first).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(crunch.pathOf(TOKEN_FILE)) });
    const token = await readFile(crunch.pathOf(TOKEN_FILE), 'utf8');
    expect(token).toMatch(/^crn_/);
    expect(first.stdout + first.stderr).not.toContain(token.trim());
    expect((await stat(crunch.pathOf(TOKEN_FILE))).mode & 0o777).toBe(0o600);
    await expect(crunch.run('migrate', ['migrate'])).resolves.toEqual(first);
    await expect(readFile(crunch.pathOf(TOKEN_FILE), 'utf8')).resolves.toBe(token);
  });

  test.each([
    ['password', { CRUNCH_DATABASE_PASSWORD_FILE: '/wrong' }, 13, /password authentication failed/],
    [
      'address of the database',
      { CRUNCH_DATABASE_URL: 'postgresql://crunch@127.0.0.1:9/crunch' },
      13,
      /127\.0\.0\.1:9/,
    ],
    ['form of the database', { CRUNCH_DATABASE_URL: 'mysql://crunch:hunter2@h/d' }, 2, /CRUNCH_DATABASE_URL/],
    ['address of Temporal', { TEMPORAL_ADDRESS: '127.0.0.1:9' }, 14, /127\.0\.0\.1:9.*TEMPORAL_ADDRESS/],
    ['security of Temporal', { TEMPORAL_TLS: 'true' }, 14, /with TLS/],
    ['namespace', { TEMPORAL_NAMESPACE: 'elsewhere' }, 14, /“elsewhere”.*crunch migrate/],
    ['proxy', { CRUNCH_TRUSTED_PROXIES: 'my-proxy' }, 2, /CRUNCH_TRUSTED_PROXIES.*my-proxy/],
  ])('a wrong %s is named', async (_what, changes: Record<string, string>, exitCode, words) => {
    const wrong = await layWrong('wrong', 'hunter2');
    const entries = Object.entries(changes).map(([name, value]) => [name, value === '/wrong' ? wrong : value]);
    const end = await crunch.run('control', ['control'], Object.fromEntries(entries));
    expect(end).toMatchObject({ exitCode, stderr: expect.stringMatching(words) });
    expect(end.stderr).not.toContain('hunter2');
  });

  test.each([
    ['credentials', /secretAccessKey = .*/, 'secretAccessKey = "hunter2"', /credentials/],
    ['bucket', /bucket = .*/, 'bucket = "nowhere"', /s3:\/\/nowhere.*bucket/],
    ['address', /endpoint = .*/, 'endpoint = "http://127.0.0.1:9"', /127\.0\.0\.1:9/],
  ])('wrong %s of the storage are named', async (_what, part, wrong, words) => {
    const settings = await readFile(crunch.pathOf(STORAGE_FILE), 'utf8');
    const changed = await layWrong('wrong.toml', settings.replace(part, wrong));
    const end = await crunch.run('server', ['server'], { CRUNCH_STORAGE_SETTINGS: changed });
    expect(end).toMatchObject({ exitCode: 12, stderr: expect.stringMatching(words) });
    expect(end.stderr).not.toMatch(/hunter2/);
  });

  async function layWrong(name: string, content: string): Promise<string> {
    await crunch.lay(`/wrong/${name}`, content);
    return crunch.pathOf(`/wrong/${name}`);
  }

  test('datasets are processed, also after a control worker left and the database was away; all end when asked', async () => {
    const server = crunch.start<{ url: string }>('server', ['server']);
    await expect(server.event(() => true)).resolves.toMatchObject({ url });
    const controls = ['a', 'b'].map(() => crunch.start('control', ['control']));
    await Promise.all(controls.map((control) => control.event(() => true)));
    await waitForHealth(200);

    const workflow = path.join(folder, 'workflow.sh');
    await writeFile(workflow, '#!/bin/sh\ncat input.txt > output.txt\necho seen >> output.txt\n');
    const { slug: project } = await crunch.json<{ slug: string }>('add-project', 'Lab', '--workflow', workflow);
    const { token } = await crunch.json<{ token: string }>('token', 'create', '--name', 'here', '--scope', 'host');
    await crunch.lay(HOST_TOKEN_FILE, token);
    const slugs = [
      await addDataset(project, 'one'),
      await addDataset(project, 'two'),
      await addDataset(project, 'three'),
    ];
    const hosts = [startHost('first'), startHost('second')];
    for (const slug of slugs) await requireCompleted(slug, hosts);

    await expect(controls[0]!.kill('SIGTERM')).resolves.toMatchObject({ exitCode: 0 });
    await requireCompleted(await addDataset(project, 'four'), hosts);

    const { port } = postgres;
    await postgres.stop();
    await waitForHealth(503);
    await expect(crunch.run('server', ['projects'])).resolves.toMatchObject({ exitCode: 13 });
    postgres = await startPostgres({ dataFolder: path.join(folder, 'postgres'), port });
    await waitForHealth(200);
    await requireCompleted(await addDataset(project, 'five'), hosts);

    const ends = await crunch.stop('SIGTERM');
    // First the hosts, which were interrupted; then control workers and server.
    expect(ends.map(({ exitCode }) => exitCode)).toEqual([130, 130, 0, 0, 0]);
    const owner = (await readFile(crunch.pathOf(TOKEN_FILE), 'utf8')).trim();
    for (const { stdout, stderr } of ends) {
      for (const secret of [databasePassword, s3.secretAccessKey, owner, token]) {
        expect(stdout + stderr).not.toContain(secret);
      }
    }
  }, 240_000);
});

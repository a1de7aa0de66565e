import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { readGuardedTemporal } from '../../cli/services/read-guarded-temporal.ts';
import { temporalArguments } from '../../platform/embedded/temporal-arguments.ts';
import { SNAKEMAKE_VERSION } from '../../platform/python-tools.ts';
import { captureCrunch } from '../helpers/capture-crunch.ts';
import { readComposeFile, type ComposeFile, type ComposeService } from '../helpers/compose-file.ts';
import { SEAWEEDFS } from '../setup/s3-server.ts';
import { describeWith } from '../setup/test-services.ts';

/** What stands in .env, each with a value that is found again wherever it gets. */
const DOT_ENV = {
  POSTGRES_PASSWORD: 'canary-postgres',
  CRUNCH_DATABASE_PASSWORD: 'canary-crunch',
  TEMPORAL_DATABASE_PASSWORD: 'canary-temporal',
  S3_SECRET_KEY: 'canary-s3',
};

async function helpOf(...command: string[]): Promise<string> {
  return (await captureCrunch([...command, '--help'])).stdout;
}

await describeWith('compose', 'docker-compose.yml', ({ program }) => {
  let compose: ComposeFile;
  let built: [name: string, service: ComposeService][];

  beforeAll(async () => {
    compose = await readComposeFile(program, DOT_ENV);
    built = Object.entries(compose.services).filter(([, service]) => service.build !== undefined);
  });

  test('without .env nothing starts, and its head says how to make it', async () => {
    await expect(readComposeFile(program, {})).rejects.toMatchObject({ stderr: expect.stringContaining('make .env') });
    const text = await readFile('docker-compose.yml', 'utf8');
    const named = /for name in ([A-Z0-9_\\#\s]+);/.exec(text)![1]!.split(/[\s\\#]+/);
    expect(named).toEqual(Object.keys(DOT_ENV));
    const wanted = Object.values(compose.secrets).map((secret) => secret.environment);
    expect(new Set(wanted)).toEqual(new Set([...named, 'CRUNCH_HOST_TOKEN']));
  });

  test('no secret is in the environment or the command of a container', () => {
    expect(JSON.stringify(compose.services)).not.toContain('canary');
  });

  test('runs commands that there are, with variables that their help names', async () => {
    expect(built.map(([name]) => name).toSorted()).toEqual(['control', 'host', 'migrate', 'server']);
    for (const [name, { build, command, environment = {} }] of built) {
      const help = await helpOf(command?.[0] ?? (build!.target === 'host' ? 'loop' : 'server'));
      // In the server's container, people give commands too.
      const known = name === 'server' ? help + (await helpOf('projects')) : help;
      for (const variable of Object.keys(environment)) expect(known).toMatch(new RegExp(`\\b${variable}\\b`));
    }
  });

  test('nothing runs before what it stands on is prepared', () => {
    for (const name of ['server', 'control']) {
      expect(compose.services[name]!.depends_on).toMatchObject({
        migrate: { condition: 'service_completed_successfully' },
        bucket: { condition: 'service_completed_successfully' },
      });
    }
    const conditions = Object.values(compose.services).flatMap((service) => Object.values(service.depends_on ?? {}));
    expect(conditions.map(({ condition }) => condition)).not.toContain('service_started');
  });

  test('only the server and Temporal’s web UI are reached from outside, and by this computer alone', () => {
    expect(compose.networks.services).toMatchObject({ internal: true });
    const published = Object.entries(compose.services).flatMap(([name, { ports = [] }]) =>
      ports.map((port) => `${name} ${port.host_ip}`),
    );
    expect(published.toSorted()).toEqual(['server 127.0.0.1', 'temporal-ui 127.0.0.1']);
    for (const name of ['postgres', 'temporal', 's3']) {
      expect(Object.keys(compose.services[name]!.networks)).toEqual(['services']);
    }
  });

  test('services of ours start over a Temporal that only its inner network keeps strangers from', () => {
    const names = built.map(([name]) => name).filter((name) => name !== 'host');
    for (const name of names) {
      const environment = compose.services[name]!.environment ?? {};
      expect(readGuardedTemporal(environment)).toMatchObject({ address: 'temporal:7233', namespace: 'crunch' });
    }
  });

  test('every image has its version, the ones that the tests use where there are such', () => {
    const images = Object.values(compose.services).map(({ image }) => image);
    for (const image of images) expect(image).toMatch(/^crunch(-host)?:local$|:\d+\.\d+(\.\d+)?(-\w+)?$/);
    expect(images).toContain(`chrislusf/seaweedfs:${SEAWEEDFS.version}`);
    const versionOf = (name: string) => compose.services[name]!.image.split(':')[1];
    expect(versionOf('temporal')).toBe(versionOf('temporal-schema'));
  });

  test('Temporal has the settings that the embedded one has', () => {
    const given = temporalArguments({ port: 1, uiPort: 2 });
    const embedded = given.filter((_, index) => given[index - 1] === '--dynamic-config-value');
    const lines = compose.configs.temporal!.content.trim().split('\n');
    expect(lines.map((line) => line.replace(/: \[\{ value: (\w+) \}\]$/, '=$1'))).toEqual(embedded);
  });
});

await describeWith('hadolint', 'Dockerfile', ({ program }) => {
  test('the linter finds nothing', async () => {
    const linting = promisify(execFile)(program, ['--no-color', 'Dockerfile']);
    await expect(linting).resolves.toMatchObject({ stdout: '' });
  });

  test('has the Snakemake that hosts install, and a target for each image of docker-compose.yml', async () => {
    const text = await readFile('Dockerfile', 'utf8');
    expect(text).toContain(`ARG SNAKEMAKE_VERSION=${SNAKEMAKE_VERSION}\n`);
    for (const target of ['server', 'host']) expect(text).toMatch(new RegExp(`^FROM crunch AS ${target}$`, 'm'));
  });
});

test('the help of the services names every variable that they read, and no other', async () => {
  const folder = 'cli/services';
  const files = (await readdir(folder)).filter((name) => !/(-help|\.test)\.ts$/.test(name));
  const texts = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
  const read = texts.flatMap((text) => [...text.matchAll(/'(CRUNCH_[A-Z_]+)'/g)].map(([, name]) => name));
  const helps = await Promise.all(['server', 'control', 'migrate'].map((command) => helpOf(command)));
  const named = helps.flatMap((help) => help.match(/\bCRUNCH_[A-Z_]+/g));
  expect(new Set(named)).toEqual(new Set(read));
});

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { CrunchStack } from '../helpers/crunch-stack.ts';
import { startTlsProxy, type TlsProxy } from '../helpers/mutual-tls.ts';

let stack: CrunchStack;
let proxy: TlsProxy;
let trusted: Record<string, string>;
let certified: Record<string, string>;

beforeAll(async () => {
  stack = await CrunchStack.start();
  proxy = await startTlsProxy(stack.places.temporal, path.join(stack.folder, 'certificates'));
  const { authority, clientCert, clientKey } = proxy.files;
  trusted = { TEMPORAL_ADDRESS: proxy.address, TEMPORAL_TLS_SERVER_CA_CERT_PATH: authority };
  certified = { ...trusted, TEMPORAL_TLS_CLIENT_CERT_PATH: clientCert, TEMPORAL_TLS_CLIENT_KEY_PATH: clientKey };
}, 120_000);

afterEach(() => {
  stack.environment = {};
});

afterAll(async () => {
  await proxy.stop();
  await stack.stop();
}, 60_000);

test('a host reaches a Temporal that asks for certificates by TEMPORAL_*, of which a program sees nothing', async () => {
  const project = await stack.addProject('Certified', '#!/bin/sh\nenv > environment.txt\n');
  const slug = await stack.addDataset(project, 'One');
  stack.environment = { ...certified, TEMPORAL_API_KEY: 'key-of-the-host' };
  await expect(stack.host('t1', 'run', slug).ended).resolves.toMatchObject({ exitCode: 0 });
  const workspace = path.join(stack.hostDirectory('t1'), slug.replace(':', '--'));
  const environment = await readFile(path.join(workspace, 'environment.txt'), 'utf8');
  expect(environment).toContain('CRUNCH_HOST=t1');
  expect(environment).not.toMatch(/TEMPORAL|key-of-the-host/);
}, 60_000);

test('doctor goes the same way', async () => {
  stack.environment = certified;
  const { checks } = await stack.json<{ checks: unknown[] }>('doctor', '--directory', stack.folder);
  const note = expect.stringContaining(proxy.address);
  expect(checks).toContainEqual({ name: 'Temporal', state: 'ok', note });
}, 60_000);

test.each([
  ['no client certificate', () => trusted, 'TEMPORAL_TLS_CLIENT_CERT_PATH'],
  [
    'an authority that is not known here',
    () => ({ ...certified, TEMPORAL_TLS_SERVER_CA_CERT_PATH: '' }),
    'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
  ],
  ['no TLS', () => ({ TEMPORAL_ADDRESS: proxy.address }), 'TEMPORAL_TLS=true'],
])(
  'with %s it is refused, in words that name the cause',
  async (_what, environment, cause) => {
    stack.environment = environment();
    const host = await stack.host('t2', 'loop').ended;
    expect(host).toMatchObject({ exitCode: 14, stdout: expect.stringContaining('temporal-unreachable') });
    expect(host.stdout).toContain(cause);
    const doctor = await stack.crunch('doctor', '--directory', stack.folder);
    expect(doctor).toMatchObject({ exitCode: 14, stdout: expect.stringContaining(cause) });
  },
  60_000,
);

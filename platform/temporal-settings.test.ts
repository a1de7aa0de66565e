import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readTemporalSettings } from './temporal-settings.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'crunch-temporal-settings-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function putFile(name: string, content: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return file;
}

test('without variables, Temporal is where the defaults say', () => {
  expect(readTemporalSettings({})).toMatchObject({ address: '127.0.0.1:7233', namespace: 'default' });
  const server = { address: 'temporal.lab:7233', namespace: 'lab', tls: true };
  expect(readTemporalSettings({}, server)).toMatchObject(server);
});

test('variables go over the defaults', async () => {
  const environment = {
    TEMPORAL_ADDRESS: 'cloud:7233',
    TEMPORAL_NAMESPACE: 'lab.abc',
    TEMPORAL_API_KEY: 'key',
  };
  expect(readTemporalSettings(environment)).toMatchObject({
    address: 'cloud:7233',
    namespace: 'lab.abc',
    apiKey: 'key',
    tls: true,
  });
});

test('a certificate and its key are read', async () => {
  const TEMPORAL_TLS_CLIENT_CERT_PATH = await putFile('cert.pem', 'certificate');
  const TEMPORAL_TLS_CLIENT_KEY_PATH = await putFile('key.pem', 'key');
  const { tls } = readTemporalSettings({ TEMPORAL_TLS_CLIENT_CERT_PATH, TEMPORAL_TLS_CLIENT_KEY_PATH });
  expect(tls).toMatchObject({ clientCertPair: { crt: Buffer.from('certificate'), key: Buffer.from('key') } });
});

test.each([
  ['a certificate without its key', { TEMPORAL_TLS_CLIENT_CERT_DATA: 'x' }],
  ['a key without its certificate', { TEMPORAL_TLS_CLIENT_KEY_DATA: 'x' }],
  [
    'a file that is not there',
    { TEMPORAL_TLS_CLIENT_CERT_PATH: '/no/such/cert', TEMPORAL_TLS_CLIENT_KEY_PATH: '/no/such/key' },
  ],
])('%s is an error', (_what, environment) => {
  expect(() => readTemporalSettings(environment)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
});

test('a configuration file counts only when it is named', async () => {
  // Temporal's own place for a personal one is below this folder on Linux, and below HOME on macOS.
  await mkdir(path.join(folder, 'Library', 'Application Support'), { recursive: true });
  await symlink(folder, path.join(folder, 'temporalio'));
  await symlink(folder, path.join(folder, 'Library', 'Application Support', 'temporalio'));
  const TEMPORAL_CONFIG_FILE = await putFile('temporal.toml', '[profile.default]\naddress = "elsewhere:7233"\n');
  const personal = { XDG_CONFIG_HOME: folder, HOME: folder };
  expect(readTemporalSettings({ ...personal, TEMPORAL_CONFIG_FILE }).address).toBe('elsewhere:7233');
  expect(readTemporalSettings(personal).address).toBe('127.0.0.1:7233');
});

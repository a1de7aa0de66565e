import { captureCrunch } from '../../test/helpers/capture-crunch.ts';
import { readGuardedTemporal } from './read-guarded-temporal.ts';

const NETWORK = { TEMPORAL_ADDRESS: 'temporal.example.org:7233' };
const CERTIFICATE = { TEMPORAL_TLS_CLIENT_CERT_DATA: 'x', TEMPORAL_TLS_CLIENT_KEY_DATA: 'x' };
const REFUSAL = expect.objectContaining({
  code: 'invalid-input',
  message: expect.stringMatching(/TEMPORAL_TLS_CLIENT_CERT_PATH.*TEMPORAL_API_KEY.*CRUNCH_OPEN_TEMPORAL=allow/),
});

test.each([
  NETWORK,
  { TEMPORAL_ADDRESS: '10.1.2.3:7233' },
  { TEMPORAL_ADDRESS: '[fd00::1]:7233' },
  { TEMPORAL_ADDRESS: '127.example.org:7233' },
  { TEMPORAL_ADDRESS: 'localhost.example.org:7233' },
  { TEMPORAL_ADDRESS: '0.0.0.0:7233' },
  // Says who the server is, and not who we are.
  { ...NETWORK, TEMPORAL_TLS: 'true' },
  // Here it is at home, but hosts are to reach it from elsewhere.
  { CRUNCH_TEMPORAL_FOR_HOSTS: '10.1.2.3:7233' },
])('%j is refused: whoever reaches that Temporal controls it', (environment) => {
  expect(() => readGuardedTemporal(environment)).toThrow(REFUSAL);
});

test.each([
  {},
  { TEMPORAL_ADDRESS: 'localhost:7233' },
  { TEMPORAL_ADDRESS: '127.0.0.9:7233' },
  { TEMPORAL_ADDRESS: '[::1]:7233' },
  { ...NETWORK, ...CERTIFICATE },
  { ...NETWORK, TEMPORAL_API_KEY: 'key' },
  { ...NETWORK, TEMPORAL_GRPC_META_AUTHORIZATION: 'Bearer key' },
  { ...NETWORK, CRUNCH_OPEN_TEMPORAL: 'allow' },
  { CRUNCH_TEMPORAL_FOR_HOSTS: '10.1.2.3:7233', CRUNCH_OPEN_TEMPORAL: 'allow' },
])('%j is taken', (environment) => {
  const address = (environment as { TEMPORAL_ADDRESS?: string }).TEMPORAL_ADDRESS ?? '127.0.0.1:7233';
  expect(readGuardedTemporal(environment)).toMatchObject({ address });
});

test.each(['true', 'no', 'Allow'])('CRUNCH_OPEN_TEMPORAL=%s is an error', (CRUNCH_OPEN_TEMPORAL) => {
  expect(() => readGuardedTemporal({ CRUNCH_OPEN_TEMPORAL })).toThrow(
    expect.objectContaining({ code: 'invalid-input', message: expect.stringContaining('CRUNCH_OPEN_TEMPORAL') }),
  );
});

test.each(['server', 'control', 'migrate'])('crunch %s does not start over such a Temporal', async (command) => {
  const env = { ...NETWORK, CRUNCH_DATABASE_URL: 'postgresql://crunch@127.0.0.1:9/crunch' };
  const refused = await captureCrunch([command], { ...env, CRUNCH_STORAGE_SETTINGS: '/nowhere/storage.toml' });
  expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('CRUNCH_OPEN_TEMPORAL=allow') });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStorage } from './open-storage.ts';
import { readStorageSettings } from './storage-settings.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crunch-settings-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const settingsFile = async (name: string, text: string) => {
  await writeFile(join(folder, name), text);
  return join(folder, name);
};

test('settings are read from JSON and TOML', async () => {
  const json = await settingsFile('a.json', '{"kind":"folder","path":"/data"}');
  expect(await readStorageSettings(json)).toEqual({ kind: 'folder', path: '/data' });
  const toml = await settingsFile('a.toml', 'kind = "s3"\nbucket = "b"\nregion = "eu-west-1"\n');
  expect(await readStorageSettings(toml)).toEqual({ kind: 's3', bucket: 'b', region: 'eu-west-1', prefix: '' });
});

test.each(['', 'data', '/data/', 'data/'])('a location shows the prefix %j and no credentials', async (prefix) => {
  const credentials = { accessKeyId: 'canary', secretAccessKey: 'canary' };
  const storage = openStorage({ kind: 's3', bucket: 'b', region: 'eu-west-1', prefix, credentials });
  expect(storage.location).toBe(prefix === '' ? 's3://b' : 's3://b/data');
  await storage.close();
});

test.each([
  ['a.json', '{"kind":"s3","credentials":{"secretAccessKey":"canary"', 'not valid JSON'],
  ['a.toml', 'secretAccessKey = canary', 'not valid TOML'],
  ['a.json', '{"kind":"s3","bucket":"b","credentials":{"accessKeyId":"a","secretKey":"canary"}}', 'region'],
  ['a.json', '{"kind":"canary"}', 'kind'],
])('wrong settings in %s are named, but no value is shown', async (name, text, fault) => {
  const error: unknown = await readStorageSettings(await settingsFile(name, text)).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'invalid-input', message: expect.stringContaining(fault) });
  expect(String(error)).not.toContain('canary');
});

test('a missing file is named', async () => {
  await expect(readStorageSettings(join(folder, 'none.json'))).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('none.json'),
  });
});

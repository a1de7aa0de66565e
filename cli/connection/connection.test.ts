import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { profilePath, readProfile, rememberServer } from './profile.ts';
import { resolveServer } from './resolve-server.ts';

let folder: string;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crunch-profile-'));
  env = { XDG_CONFIG_HOME: folder };
});

afterEach(() => rm(folder, { recursive: true }));

const HERE = { url: 'http://127.0.0.1:8700', token: 'crn_here' };
const THERE = { url: 'https://crunch.example.org', token: 'crn_there' };

test('the profile keeps a token for each server, and the last server is the current one', async () => {
  await rememberServer(HERE, profilePath(env));
  await rememberServer(THERE, profilePath(env));
  expect(await resolveServer({}, env)).toEqual(THERE);
  expect(await resolveServer({ url: `${HERE.url}/` }, env)).toEqual(HERE);
});

test('the profile is for the account alone, also when it was open to others before', async () => {
  await rememberServer(HERE, profilePath(env));
  expect((await stat(profilePath(env))).mode & 0o777).toBe(0o600);
});

test('options go over the environment, and that over the profile', async () => {
  await rememberServer(HERE, profilePath(env));
  const withEnv = { ...env, CRUNCH_URL: THERE.url, CRUNCH_TOKEN: THERE.token };
  expect(await resolveServer({}, withEnv)).toEqual(THERE);
  expect(await resolveServer({ url: 'http://h:1', token: 't' }, withEnv)).toEqual({ url: 'http://h:1', token: 't' });
});

test('a token may be in a file, which is named when it is of no use', async () => {
  const file = join(folder, 'token');
  const withFile = { ...env, CRUNCH_URL: THERE.url, CRUNCH_TOKEN_FILE: file };
  const useless = { code: 'invalid-input', message: expect.stringMatching(`CRUNCH_TOKEN_FILE is ${file}`) };
  await expect(resolveServer({}, withFile)).rejects.toMatchObject(useless);
  await writeFile(file, '\n');
  await expect(resolveServer({}, withFile)).rejects.toMatchObject(useless);
  await writeFile(file, `${THERE.token}\n`);
  expect(await resolveServer({}, withFile)).toEqual(THERE);
  expect(await resolveServer({}, { ...withFile, CRUNCH_TOKEN: 't' })).toEqual({ ...THERE, token: 't' });
});

test('what can be no token is refused without being shown', async () => {
  const refused = resolveServer({ url: THERE.url, token: 'first line\nsecond' }, env);
  await expect(refused).rejects.toMatchObject({ code: 'invalid-input', message: expect.not.stringContaining('first') });
});

test.each([{ url: '' }, { token: '' }])('an empty option is refused: %j', async (options) => {
  await rememberServer(HERE, profilePath(env));
  await expect(resolveServer(options, env)).rejects.toMatchObject({ code: 'invalid-input' });
});

test('a token of the profile goes to no other server', async () => {
  await rememberServer(HERE, profilePath(env));
  await expect(resolveServer({ url: THERE.url }, env)).rejects.toMatchObject({ code: 'not-signed-in' });
});

test('an address that is none is refused', async () => {
  await expect(resolveServer({ url: 'ftp://h', token: 't' }, env)).rejects.toMatchObject({ code: 'invalid-input' });
});

test('a damaged profile is named, and signing in again repairs it', async () => {
  await rememberServer(HERE, profilePath(env));
  await writeFile(profilePath(env), '{"current": 1');
  await expect(resolveServer({}, env)).rejects.toThrow(profilePath(env));
  await rememberServer(THERE, profilePath(env));
  expect(await readProfile(profilePath(env))).toEqual({ current: THERE.url, tokens: { [THERE.url]: THERE.token } });
});

import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureCrunch } from '../test/helpers/capture-crunch.ts';
import { ERROR_CODES } from '../shared/errors/error-codes.ts';

interface Answer {
  status: number;
  body: unknown;
}

let server: Server;
let url: string;
let answer: Answer;

beforeAll(async () => {
  server = createServer((_request, response) => {
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => server.close());

const signedIn = () => ({ CRUNCH_URL: url, CRUNCH_TOKEN: 'crn_test' });

describe('bad usage', () => {
  test.each([
    [['nonsense'], 'unknown command'],
    [['run'], 'missing required argument'],
    [['projects', '--limit', '0'], 'from 1 to 1000'],
    [['add-float-attribute', 'a', 'b', 'much'], 'Give a number'],
    [['add-lat-long-attribute', 'a', 'b', '-12.5', '500'], 'from -180 to 180'],
    [['datasets', '--state', 'asleep'], 'Give one of draft'],
    [['add-dataset', 'a', 'b', '--queue', '--hold'], 'cannot be used with'],
    [['queue'], 'Which datasets'],
  ])('%j ends with 2 and says why', async (commandLine, reason) => {
    const { exitCode, stdout, stderr } = await captureCrunch(commandLine, signedIn());
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toContain(reason);
  });

  test('is one JSON document with --json', async () => {
    const { exitCode, stdout, stderr } = await captureCrunch(['projects', '--nonsense', '--json']);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      error: { code: 'invalid-input', message: expect.stringContaining('--nonsense') },
    });
    expect(stderr).toBe('');
  });

  test('--json behind -- is an argument', async () => {
    const { stdout } = await captureCrunch(['show', '--', '--json', 'more']);
    expect(stdout).toBe('');
  });
});

describe('an error of the server', () => {
  test.each(['not-signed-in', 'not-allowed', 'not-found', 'conflict', 'storage-refused', 'internal'] as const)(
    '%s ends with its exit code',
    async (code) => {
      const { httpStatus: status, exitCode: expected } = ERROR_CODES[code];
      answer = { status, body: { type: 'about:blank', title: 'It went wrong.', status, code, requestId: 'r1' } };
      const { exitCode, stderr } = await captureCrunch(['projects'], signedIn());
      expect(exitCode).toBe(expected);
      expect(stderr).toBe('error: It went wrong.\n');
    },
  );

  test('names the faults of single fields', async () => {
    const errors = [{ path: 'name', message: 'must not be empty' }];
    const problem = { type: 'about:blank', title: 'The input is not right.', status: 400, requestId: 'r1', errors };
    answer = { status: 400, body: { ...problem, code: 'invalid-input' } };
    const people = await captureCrunch(['add-item', 'a', ' '], signedIn());
    expect(people.stderr).toBe('error: The input is not right.\n  name: must not be empty\n');
    const script = await captureCrunch(['add-item', 'a', ' ', '--json'], signedIn());
    expect(JSON.parse(script.stdout)).toEqual({
      error: { code: 'invalid-input', message: 'The input is not right.', errors },
    });
  });
});

test('a server that is not there ends with 13', async () => {
  const { exitCode } = await captureCrunch(['hosts', '--url', 'http://127.0.0.1:9', '--token', 'crn_test']);
  expect(exitCode).toBe(13);
});

test('without a server it ends with 3 and says what to do', async () => {
  const { exitCode, stderr } = await captureCrunch(['projects'], { XDG_CONFIG_HOME: '/nonexistent' });
  expect(exitCode).toBe(3);
  expect(stderr).toContain('crunch login');
});

describe('a list', () => {
  const host = {
    name: 'h1',
    state: 'live',
    slots: 12,
    holds: ['a:b'],
    version: '1.0.0',
    lastSeenAt: '2024-01-01T00:00:00Z',
  };

  test('is a table for people, with a hint when there is more', async () => {
    answer = { status: 200, body: { items: [host, { ...host, name: 'longer', slots: 3 }], next: 'c2' } };
    const { exitCode, stdout, stderr } = await captureCrunch(['hosts'], signedIn());
    expect(exitCode).toBe(0);
    const lines = stdout.split('\n').map((line) => line.replace(/\d+ d ago/, 'AGE'));
    expect(lines).toEqual([
      'host    state  slots  holds  version  last seen',
      'h1      live      12  a:b    1.0.0    AGE',
      'longer  live       3  a:b    1.0.0    AGE',
      '',
    ]);
    expect(stderr).toContain('--cursor c2');
  });

  test('is the page as the API gives it with --json', async () => {
    answer = { status: 200, body: { items: [host], next: null } };
    const { stdout, stderr } = await captureCrunch(['hosts', '--json'], signedIn());
    expect(JSON.parse(stdout)).toEqual(answer.body);
    expect(stderr).toBe('');
  });
});

describe('queue, retry and cancel', () => {
  test.each(['queue', 'retry', 'cancel'])('%s prints a slug a line', async (action) => {
    answer = { status: 200, body: { items: ['p:a', 'p:b'], refused: [] } };
    const { exitCode, stdout } = await captureCrunch([action, '--project', 'p', '--dry-run'], signedIn());
    expect(stdout).toBe('p:a\np:b\n');
    expect(exitCode).toBe(0);
  });

  test('ends with 6 when nothing matches', async () => {
    answer = { status: 200, body: { items: [], refused: [] } };
    const { exitCode, stdout } = await captureCrunch(['cancel', '--project', 'p', '--json'], signedIn());
    expect(exitCode).toBe(6);
    expect(JSON.parse(stdout)).toMatchObject({ items: [], refused: [], error: { code: 'nothing-to-do' } });
  });

  const busy = { slug: 'p:b', code: 'conflict', reason: 'it is running' };
  const unknown = { slug: 'p:c', code: 'not-found', reason: 'there is no dataset p:c' };

  test.each([
    [[busy], 5],
    [[busy, unknown], 4],
    [[unknown, busy], 4],
  ])('with %j refused it ends with %i, though others were done', async (refused, expected) => {
    answer = { status: 200, body: { items: ['p:a'], refused } };
    const { exitCode, stdout, stderr } = await captureCrunch(['queue', 'p:a', 'p:b', 'p:c'], signedIn());
    expect(exitCode).toBe(expected);
    expect(stdout).toBe('p:a\n');
    for (const { slug, reason } of refused) expect(stderr).toContain(`${slug}: ${reason}`);
  });

  test('refused datasets have their code in JSON', async () => {
    answer = { status: 200, body: { items: [], refused: [busy, unknown] } };
    const { exitCode, stdout } = await captureCrunch(['cancel', 'p:b', 'p:c', '--json'], signedIn());
    expect(exitCode).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ refused: [busy, unknown], error: { code: 'not-found' } });
  });
});

describe('login', () => {
  let home: string;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'crunch-login-'));
  });

  afterEach(() => rm(home, { recursive: true }));

  test('keeps a token that the server knows, for the commands after it', async () => {
    answer = { status: 200, body: { name: 'me', scope: 'edit' } };
    const env = { XDG_CONFIG_HOME: home };
    const { exitCode, stdout } = await captureCrunch(['login', `${url}/`, '--token', 'crn_test'], env);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('me (scope edit)');
    answer = { status: 200, body: { items: [], next: null } };
    expect(await captureCrunch(['projects'], env)).toMatchObject({ exitCode: 0 });
  });

  test('keeps nothing that the server refuses', async () => {
    const problem = { type: 'about:blank', title: 'Who are you?', status: 401, code: 'not-signed-in', requestId: 'r1' };
    answer = { status: 401, body: problem };
    const { exitCode } = await captureCrunch(['login', url, '--token', 'crn_test'], { XDG_CONFIG_HOME: home });
    expect(exitCode).toBe(3);
    expect(await readdir(home)).toEqual([]);
  });
});

test('doctor refuses a folder that a host could not use', async () => {
  const env = { XDG_CONFIG_HOME: '/nonexistent' };
  const { stdout } = await captureCrunch(['doctor', '--json', '--directory', '/proc/nothing'], env);
  const { checks } = JSON.parse(stdout) as { checks: { name: string; state: string; note: string }[] };
  expect(checks.find(({ name }) => name === 'disk')).toMatchObject({
    ...{ state: 'failed', note: expect.stringContaining("The folder /proc can't be used") },
  });
});

test('doctor tells what it found also without a server, and ends with the code of the first fault', async () => {
  const { exitCode, stdout } = await captureCrunch(['doctor', '--json'], { XDG_CONFIG_HOME: '/nonexistent' });
  expect(exitCode).toBe(3);
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: { name: string; state: string }[] };
  expect(ok).toBe(false);
  expect(checks.map(({ name, state }) => [name, state])).toEqual([
    ['address', 'failed'],
    ['disk', 'ok'],
    ['memory', 'ok'],
    ['Snakemake', 'warning'],
    ['conda', 'warning'],
    ['Python', 'warning'],
    ['git', 'warning'],
  ]);
});

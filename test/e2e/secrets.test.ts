import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { API_PREFIX, contract } from '../../shared/contract/index.ts';
import type { Endpoint } from '../../shared/contract/endpoint.ts';
import { workflowIdOf } from '../../shared/domain/queue-names.ts';
import { CrunchStack } from '../helpers/crunch-stack.ts';

/** Shows what it was given, in its results and in its log. */
const SCRIPT = `#!/bin/sh
env > environment.txt
env
echo "$0 $*"
tr '\\0' ' ' < "/proc/$PPID/cmdline" || true
`;

let stack: CrunchStack;

beforeAll(async () => {
  stack = await CrunchStack.start();
  // Again, and now it tells everything.
  await stack.stopUp();
  stack.environment = { CRUNCH_LOG_LEVEL: 'trace', AWS_SECRET_ACCESS_KEY: 'canary-of-the-account' };
  await stack.startUp();
}, 120_000);
afterAll(() => stack?.stop(), 60_000);

const readText = async (...place: string[]) => (await readFile(path.join(...place), 'utf8')).trim();

/** All files below a folder, by their paths. */
async function readAll(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return new Map(await Promise.all(files.map(async (file) => [file, await readFile(file, 'latin1')] as const)));
}

async function readHistory(datasetId: number): Promise<string> {
  const connection = await Connection.connect({ address: stack.places.temporal });
  try {
    const handle = new Client({ connection }).workflow.getHandle(workflowIdOf(datasetId));
    const { events } = await handle.fetchHistory();
    const told = JSON.stringify(events);
    const payloads = Array.from(told.matchAll(/"data":"([\w+/=]+)"/g), ([, data = '']) => Buffer.from(data, 'base64'));
    return [told, ...payloads.map((data) => data.toString('latin1'))].join('\n');
  } finally {
    await connection.close();
  }
}

test('no secret is in anything that a whole run writes, prints or answers', async () => {
  const admin = await readText(stack.places.data, 'admin-token');
  const password = await readText(stack.places.passwordFile);
  const { token } = await stack.json<{ token: string }>('token', 'create', '--name', 'host', '--scope', 'host');
  const project = await stack.addProject('Secrets', SCRIPT);
  const slug = await stack.addDataset(project, 'one');
  stack.environment['CRUNCH_TOKEN'] = token;
  stack.environment['CRUNCH_URL'] = stack.places.url;
  const hostEnd = await stack.host('h', 'run', slug).ended;
  expect(hostEnd.exitCode).toBe(0);
  delete stack.environment['CRUNCH_TOKEN'];
  const dataset = await stack.show(slug);
  expect(dataset.state).toBe('completed');

  const written = new Map([
    ...(await readAll(stack.hostDirectory('h'))),
    ...(await readAll(path.join(stack.places.data, 'storage'))),
  ]);
  const environment = [...written].find(([file]) => file.endsWith('/environment.txt'));
  expect(environment?.[1]).toContain(`CRUNCH_DATASET=${slug}`);
  written.set('the output of the host', hostEnd.stdout + hostEnd.stderr);
  const history = await readHistory(dataset.id);
  expect(history).toContain(slug);
  written.set('the history', history);
  for (const { method, path: route } of Object.values<Endpoint>(contract)) {
    if (method !== 'get' || route.startsWith('/events')) continue;
    const place = route.replace('{slug}', slug).replace('{path*}', 'environment.txt').replace('{id}', dataset.run!.id);
    const aborting = AbortSignal.timeout(30_000);
    const headers = { authorization: `Bearer ${admin}` };
    const answer = await fetch(stack.places.url + API_PREFIX + place, { headers, signal: aborting });
    written.set(`the answer of ${route}`, await answer.text());
  }
  const { stdout, stderr } = await stack.stopUp();
  written.set('the output of the server', stdout + stderr);

  const secrets = { admin, password, token, account: 'canary-of-the-account' };
  for (const [place, text] of written) {
    for (const [name, secret] of Object.entries(secrets)) {
      expect([place, name, text.includes(secret)]).toEqual([place, name, false]);
    }
  }
}, 240_000);

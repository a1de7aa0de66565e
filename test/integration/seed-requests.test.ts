import { readFile } from 'node:fs/promises';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { describeWith } from '../setup/test-services.ts';

/** A request to a running django-crunch, and its answer. */
interface Observed {
  note: string;
  method: string;
  path: string;
  request: Record<string, string | number> | null;
  auth: 'token' | 'none';
  status: number;
  allow: string | null;
  response: unknown;
}

const OBSERVED = JSON.parse(await readFile('test/seed/observed-requests.json', 'utf8')) as Observed[];

/** Where ours answers otherwise on purpose, by the place of the request. */
const OTHERWISE: Record<number, Partial<Observed> & { why: string }> = {
  5: {
    why: 'each dataset has a folder of its own',
    response: { base_file_path: 'crunch/my-project-66ab1c/dataset-a-66ab1c' },
  },
  31: {
    why: 'a negative size is refused',
    status: 400,
    response: { value: ['Ensure this value is greater than or equal to 0.'] },
  },
  42: {
    why: 'an unknown project is said to be',
    status: 404,
    response: { detail: 'No Project matches the given query.' },
  },
  45: { why: 'as 5', response: { base_file_path: 'crunch/my-project-66ab1c/dataset-a-66ab1c' } },
  54: { why: 'errors are JSON', status: 404, response: { detail: 'There is nothing at /api/statuses/2648/.' } },
  56: { why: 'as 5', response: { base_file_path: 'crunch/my-project-66ab1c/dataset-a-66ab1c' } },
  59: {
    why: 'there is no HTML, limits are our own, and what a client can’t send is not named',
    response: { description: '', renders: ['application/json'] },
  },
  66: {
    why: 'datasets go with their project',
    status: 404,
    response: { detail: 'No Dataset matches the given query.' },
  },
  67: { why: 'what was claimed is not given twice', response: { project: '', dataset: '' } },
};

/** What differs from server to server. */
const OWN_TO_A_SERVER = new Set(['id', 'count', 'next', 'previous', 'site_user', 'results', 'max_length']);

await describeWith('postgres', 'the requests of django-crunch', ({ url: databaseUrl }) => {
  let api: TestApi;
  let token: string;
  /** Ours for ids of django-crunch. */
  const ids = new Map<unknown, number>();

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    token = await api.makeToken();
    const client = await api.signIn();
    const workflow = { kind: 'text', text: '#!/bin/sh\n' } as const;
    await client.createProject({ body: { name: 'p0f69ef', workflow } });
    await client.createDataset({ body: { project: 'p0f69ef', name: 'd5830c5' } });
    // Enough for a second page, and none of them for clients.
    for (let n = 0; n < 25; n += 1) {
      await client.createDataset({ body: { project: 'p0f69ef', name: `held ${n}`, held: true } });
    }
  });
  afterAll(() => api.stop());

  async function send({ method, path, request, auth, note }: Observed): Promise<Response> {
    const wrong = note === 'bad token' ? 'Token no-such-token' : undefined;
    const authorization = auth === 'token' ? `Token ${token}` : wrong;
    const fields = Object.entries(request ?? {}).map(([name, value]): [string, string] => [
      name,
      String(name === 'dataset' ? (ids.get(value) ?? value) : value),
    ]);
    return fetch(api.url + path, {
      method,
      headers: authorization === undefined ? {} : { authorization },
      body: request === null ? undefined : new URLSearchParams(fields),
    });
  }

  /** The value without what is a server's own. */
  function pick(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(pick);
    if (typeof value !== 'object' || value === null) return value;
    // The nested lists of a dataset, as OPTIONS tells of them.
    if ('child' in value) return undefined;
    const members = Object.entries(value).filter(([key]) => !OWN_TO_A_SERVER.has(key));
    return Object.fromEntries(
      members.map(([key, member]) => [key, key === 'dataset' && typeof member === 'number' ? '' : pick(member)]),
    );
  }

  /** Follows the place of the test that runs: a request builds on those before it. */
  test.each(OBSERVED.map((observed, place) => [place, observed.method, observed.path, observed] as const))(
    '%i: %s %s',
    async (place, _method, _path, observed) => {
      const { status, response, allow } = { ...observed, ...OTHERWISE[place] };
      if (place === 65) await expectRefusalWhileRunning(observed);
      const answer = await send(observed);
      const text = await answer.text();
      const body = (text === '' ? '' : JSON.parse(text)) as unknown;
      expect({ status: answer.status, body }).toMatchObject({ status });
      const isAllowTold = allow !== null && answer.status < 400;
      expect(isAllowTold ? answer.headers.get('allow') : allow).toBe(allow);

      const isPartial =
        OTHERWISE[place] !== undefined && observed.status === status && typeof observed.response === 'object';
      const expected = isPartial ? { ...(observed.response as object), ...(response as object) } : response;
      expect(pick(body)).toEqual(pick(withBase(expected)));
      expect(namesInList(body)).toEqual(namesInList(observed.response));
      const { id } = observed.response as { id?: number };
      if (id !== undefined) ids.set(id, (body as { id: number }).id);
    },
  );

  function withBase(value: unknown): unknown {
    return typeof value === 'object' && value !== null && 'projects' in value
      ? JSON.parse(JSON.stringify(value).replaceAll('{BASE}', api.url))
      : value;
  }

  /** The fields of the records of a list; nothing for what is no list. */
  function namesInList(body: unknown): string[] | undefined {
    const [first] = (body as { results?: object[] }).results ?? [];
    return first && Object.keys(first).sort();
  }

  /** Its datasets would be orphaned while their clients go on. */
  async function expectRefusalWhileRunning(deletion: Observed): Promise<void> {
    const refused = await send(deletion);
    expect(refused.status).toBe(409);
    expect(await refused.json()).toEqual({ detail: expect.stringContaining('running') });
    const client = await api.signIn();
    await client.cancelDatasets({ body: { projects: ['my-project-66ab1c'] } });
  }
});

import { ActionResult } from '../../shared/contract/actions.ts';
import type { Endpoint, ProjectNeed, Scope } from '../../shared/contract/endpoint.ts';
import { contract, type OperationName } from '../../shared/contract/index.ts';
import { RIGHTS, type Right } from '../../shared/domain/project-role.ts';
import {
  makeAccessWorld,
  PROJECTS,
  RANKS,
  type AccessWorld,
  type CallerName,
  type ProjectKind,
  type Rank,
} from '../helpers/access-world.ts';
import {
  contentType,
  EXAMPLE_REQUESTS,
  pathOf,
  type ExampleRequest,
  type RequestPlace,
} from '../helpers/operation-requests.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { addDataset, addProject, makeTestCatalogs } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

const OPERATIONS = Object.entries<Endpoint>(contract) as [OperationName, Endpoint][];
/** All but those that look at nobody. */
const ASKED = OPERATIONS.filter(([, { needs }]) => !('be' in needs && needs.be === 'anybody'));
const KINDS = Object.keys(PROJECTS) as ProjectKind[];
const CALLERS = Object.keys(RANKS) as CallerName[];

const COVERED: Record<Scope, Scope[]> = {
  read: ['read'],
  edit: ['read', 'edit'],
  operate: ['read', 'edit', 'operate'],
  host: ['read', 'host'],
  admin: ['read', 'edit', 'operate', 'host', 'admin'],
};

/** The scope that gives a right, by which the two needs of an operation are held together. */
const SCOPE_OF: Record<Right, Scope> = { visit: 'read', view: 'read', edit: 'edit', operate: 'operate', own: 'admin' };

/** How a request ends: asked to sign in, refused, told that there is no such thing, or dealt with. */
type Outcome = 'sign in' | 'refused' | 'nothing there' | 'let through';

const isList = ([, { needs, method }]: [string, Endpoint]) =>
  'at' in needs && method === 'get' && (needs.at === 'each' || needs.at === 'query.parent');

test('an operation needs of a token what gives the right that it needs', () => {
  const differing = OPERATIONS.filter(([, { scope, needs }]) => 'may' in needs && scope !== SCOPE_OF[needs.may]);
  expect(differing).toEqual([]);
});

await describeWith('postgres', 'what each caller may do with each operation', ({ url }) => {
  const catalogs = makeTestCatalogs(url);
  let api: TestApi;
  let world: AccessWorld;
  let number = 0;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl: await catalogs.createDatabase() });
    world = await makeAccessWorld(api);
  });
  afterAll(async () => {
    await api.stop();
    await catalogs.close();
  });

  async function send(caller: CallerName, name: OperationName, place: RequestPlace) {
    number += 1;
    const endpoint: Endpoint = contract[name];
    const example: ExampleRequest = EXAMPLE_REQUESTS[name]({ ...place, number });
    const method = endpoint.method.toUpperCase();
    const { body = method === 'GET' ? undefined : {}, headers } = example;
    const more = { body, headers: { ...contentType(endpoint), ...(headers as object) } as Record<string, string> };
    const path = pathOf(endpoint, example);
    if (typeof endpoint.response === 'object' && 'events' in endpoint.response) {
      // A stream doesn't end by itself, but a refusal does.
      const begun = await world.senders[caller]('HEAD', path, more);
      if (begun.status === 200) return begun;
    }
    return world.senders[caller](method, path, more);
  }

  async function outcomeOf(caller: CallerName, name: OperationName, place: RequestPlace): Promise<Outcome> {
    const { status, body } = await send(caller, name, place);
    // Whatever isn't a problem document has no such text, but may have a field of that name.
    const told = (body as { detail?: unknown } | null)?.detail;
    const detail = typeof told === 'string' ? told : '';
    expect([name, status < 500]).toEqual([name, true]);
    if (status === 401) return 'sign in';
    if (status === 403 && (detail.startsWith('This needs ') || detail === '')) return 'refused';
    const isHidden = detail.startsWith('There is no “') || /^There is no (run|attribute) [\w-]+\.$/.test(detail);
    return status === 404 && isHidden ? 'nothing there' : 'let through';
  }

  describe.each(CALLERS)('%s', (caller) => {
    const rank: Rank = RANKS[caller];

    test('may do what the contract says, and nothing else', async () => {
      const found: Record<string, Outcome> = {};
      const expected: Record<string, Outcome> = {};
      for (const [name, endpoint] of ASKED) {
        for (const kind of 'be' in endpoint.needs ? (['mine'] as const) : KINDS) {
          const key = `${name} of ${kind}`;
          found[key] = await outcomeOf(caller, name, world.places[kind]);
          expected[key] = expectedOutcome(rank, endpoint, kind);
        }
      }
      expect(found).toEqual(expected);
    });

    test('finds in lists only what exists for them', async () => {
      const hidden = KINDS.flatMap((kind) => wordsOfHidden(rank, kind));
      for (const [name] of OPERATIONS.filter(isList)) {
        const { body } = await send(caller, name, world.places.public);
        const text = typeof body === 'string' ? body : JSON.stringify(body);
        expect([name, hidden.filter((word) => text.includes(word))]).toEqual([name, []]);
      }
    });

    test('changes only what they may by an action on many', async () => {
      const actions = OPERATIONS.filter(
        ([, { needs, response }]) => 'at' in needs && needs.at === 'each' && response === ActionResult,
      );
      for (const [name, endpoint] of actions) {
        for (const kind of KINDS) {
          const { body, status } = await send(caller, name, world.places[kind]);
          if (status !== 200) continue;
          const { items, refused } = body as { items: string[]; refused: { code: string }[] };
          const right = rank.rights[kind];
          const needed = neededBy(rank, endpoint.needs as ProjectNeed);
          const code = right === null ? 'not-found' : includes(right, needed) ? 'let through' : 'not-allowed';
          const told = refused[0]?.code ?? 'let through';
          const isOfState = told === 'conflict' || items.length > 0;
          expect([name, kind, isOfState ? 'let through' : told]).toEqual([name, kind, code]);
        }
      }
    });
  });

  test('drafts, hosts and logs are not for visitors', async () => {
    const project = PROJECTS.public;
    const get = async (caller: CallerName, path: string) => world.senders[caller]('GET', `/api/v1${path}`);
    await api.catalog.prisma.dataset.updateMany({
      where: { item: { slug: `${project}:set` } },
      data: { host: 'lab-7', reason: 'lab-7 is full' },
    });
    await api.catalog.prisma.run.updateMany({ data: { host: 'lab-7', note: 'a line of the log' } });
    const { id } = await api.catalog.prisma.item.findUniqueOrThrow({ where: { slug: `${project}:set` } });
    const told = { ipAddress: '10.1.2.3', macAddress: '02:00', hostname: 'lab-7.example', agentUser: 'ada' };
    const status = { datasetId: id, stage: 'SETUP', state: 'FAIL', note: 'a line of the log', host: 'lab-7', ...told };
    await api.catalog.prisma.status.create({ data: { ...status, at: new Date() } });
    const secrets = /lab-7|a line of the log|10\.1\.2\.3|02:00|"ada"|:draft/;
    const paths = [
      ...[
        '/projects',
        `/projects/${project}`,
        '/datasets',
        '/datasets/counts?by=host',
        `/datasets/${project}:set`,
        `/items?parent=${project}`,
      ],
      ...[`/datasets/${project}:set/statuses`, `/datasets/${project}:set/runs`, `/runs/${world.places.public.run}`],
      ...['/datasets/export?format=csv', '/datasets/export?format=jsonl'],
    ];
    for (const path of paths) {
      for (const caller of ['visitor', 'guest'] as const) {
        const { status: code, body } = await get(caller, path);
        expect([path, code, secrets.exec(JSON.stringify(body))]).toEqual([path, 200, null]);
      }
    }
    expect(JSON.stringify((await get('member', `/datasets/${project}:set/statuses`)).body)).toMatch(secrets);
    expect((await get('guest', `/projects/${project}`)).body).toMatchObject({ datasets: { draft: 0 }, may: ['visit'] });
    expect((await get('member', `/projects/${project}`)).body).not.toMatchObject({ datasets: { draft: 0 } });
    expect((await get('guest', `/datasets/${project}:draft`)).status).toBe(404);
    expect((await get('visitor', `/datasets/${project}:draft`)).status).toBe(401);
  });

  test('logs are for the public where an owner says so, and other things of Crunch’s own never', async () => {
    const project = PROJECTS.public;
    const files = ['.crunch/logs/1/workflow.log', '.crunch/manifest.json', `.crunch/inputs/${'a'.repeat(64)}`];
    for (const file of files)
      await api.storage.write(`crunch/${project}/set/${file}`, Buffer.from('x'), {
        sizeBytes: 1,
        sha256: '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881',
      });
    const paths = [...files.map((file) => `files/${file}`), 'log', 'log/events'];
    const statuses = async (caller: CallerName) =>
      Promise.all(
        // A stream doesn't end by itself.
        paths.map(async (of) => (await world.senders[caller]('HEAD', `/api/v1/datasets/${project}:set/${of}`)).status),
      );
    expect([await statuses('visitor'), await statuses('member')]).toEqual([
      [404, 404, 200, 404, 404],
      [200, 200, 200, 200, 200],
    ]);
    const change = { body: { publicLogs: true } };
    expect((await world.senders.admin('PATCH', `/api/v1/projects/${project}`, change)).status).toBe(200);
    expect([await statuses('visitor'), await statuses('guest')]).toEqual([
      [200, 404, 200, 200, 200],
      [200, 404, 200, 200, 200],
    ]);
    const { body } = await world.senders.guest('GET', `/api/v1/datasets/${project}:set/statuses`);
    expect(JSON.stringify(body)).toMatch(/a line of the log/);
  });

  test('a field that needs more is refused to who may do the rest', async () => {
    const change = async (caller: CallerName, body: object) =>
      (await world.senders[caller]('PATCH', `/api/v1/datasets/${world.places.mine.dataset}`, { body })).status;
    expect(await change('editor', { details: 'x' })).toBe(200);
    expect(await change('editor', { details: 'x', priority: 1 })).toBe(403);
    expect(await change('operator', { details: 'x', priority: 1 })).toBe(200);
  });

  test('no list changes by what is hidden', async () => {
    const lists = OPERATIONS.filter(isList);
    const answers = async () => {
      const all: Record<string, string> = {};
      for (const caller of CALLERS) {
        if (RANKS[caller].rights.foreign !== null) continue;
        for (const [name] of lists) {
          const { body } = await send(caller, name, world.places.public);
          all[`${caller}: ${name}`] = JSON.stringify(body).replace(/"requestId":"[^"]*"/, '');
        }
      }
      return all;
    };
    const before = await answers();
    await addProject(api.catalog, { name: 'hidden' });
    for (const [project, state] of [
      ['hidden', 'queued'],
      ['hidden', 'draft'],
      ['ready', 'queued'],
    ] as const) {
      await addDataset(api.catalog, project, `more ${state}`, { queue: state === 'queued' });
    }
    expect(await answers()).toEqual(before);
  });

  test('a project’s visibility counts at once', async () => {
    const slug = PROJECTS.internal;
    const path = `/api/v1/datasets/${slug}:set`;
    const seen = async () =>
      Promise.all(
        (['visitor', 'guest', 'member'] as const).map(
          async (caller) => (await world.senders[caller]('GET', path)).status,
        ),
      );
    const set = async (visibility: string) =>
      world.senders['service token for everything']('PATCH', `/api/v1/projects/${slug}`, { body: { visibility } });
    expect(await seen()).toEqual([401, 404, 200]);
    await set('public');
    expect(await seen()).toEqual([200, 200, 200]);
    await set('private');
    expect(await seen()).toEqual([401, 404, 404]);
    await set('internal');
  });
});

function includes(held: Right, needed: Right): boolean {
  return RIGHTS.indexOf(held) >= RIGHTS.indexOf(needed);
}

/** What no answer may hold. */
function wordsOfHidden({ rights }: Rank, kind: ProjectKind): string[] {
  const project = PROJECTS[kind];
  if (rights[kind] === null) return [`"${project}"`, `"${project}:`];
  return rights[kind] === 'visit' ? [`"${project}:draft`] : [];
}

function neededBy({ scope }: Rank, { may, hosts }: ProjectNeed): Right {
  return hosts && scope === 'host' ? 'view' : may;
}

/** What the contract says, read by the words of its types. */
function expectedOutcome(rank: Rank, { scope, needs }: Endpoint, kind: ProjectKind): Outcome {
  if (rank.isVisitor && !('may' in needs && needs.may === 'visit')) return 'sign in';
  if (rank.scope !== undefined && scope !== 'public') {
    const isCovered = scope === 'account' ? rank.scope === 'admin' : COVERED[rank.scope].includes(scope);
    if (!isCovered && !('hosts' in needs && rank.scope === 'host')) return 'refused';
  }
  if ('be' in needs) return rank.is.includes(needs.be) ? 'let through' : 'refused';
  if (needs.at === 'each') return 'let through';
  const right = rank.rights[kind];
  if (right === null) return rank.isVisitor ? 'sign in' : 'nothing there';
  return includes(right, needs.may) ? 'let through' : 'refused';
}

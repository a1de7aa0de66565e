import { createAttribute } from '../../catalog/attributes.ts';
import { admitDatasets } from '../../catalog/admission.ts';
import type { Scope, SiteNeed } from '../../shared/contract/endpoint.ts';
import type { PersonRole } from '../../shared/domain/person-role.ts';
import type { ProjectRole, Right } from '../../shared/domain/project-role.ts';
import type { Visibility } from '../../shared/domain/visibility.ts';
import { addDataset, addHost, addProject, TESTER } from '../setup/catalog.ts';
import { ADMISSION_DEFAULTS } from './admit-slugs.ts';
import type { RequestPlace } from './operation-requests.ts';
import { makeSignInBench } from './sign-in-bench.ts';
import { openBrowser } from './test-browser.ts';
import type { TestApi } from './test-api.ts';

/** Projects by what they are to the callers; names by which a check that looks at the wrong part of a path lets pass. */
export const PROJECTS = { mine: 'health', foreign: 'ready', internal: 'login', public: 'signin' } as const;
export type ProjectKind = keyof typeof PROJECTS;

const VISIBILITY: Record<ProjectKind, Visibility> = {
  mine: 'private',
  foreign: 'private',
  internal: 'internal',
  public: 'public',
};

/** What a caller may do: written down here by hand, so that it is the rule that the code is held to. */
export interface Rank {
  rights: Record<ProjectKind, Right | null>;
  /** What they are, as operations ask for it. */
  is: SiteNeed['be'][];
  /** A token's. */
  scope?: Scope;
  isVisitor?: true;
}

const everywhere = (right: Right) => ({ mine: right, foreign: right, internal: right, public: right });
const GUEST: Rank = { rights: { mine: null, foreign: null, internal: null, public: 'visit' }, is: ['known'] };
const MEMBER: Rank = {
  rights: { mine: null, foreign: null, internal: 'view', public: 'view' },
  is: ['known', 'member'],
};
const LIMITED = { foreign: null, internal: null, public: null };

function inMine(rank: Rank, right: Right): Rank {
  return { ...rank, rights: { ...rank.rights, mine: right } };
}

/** Everybody who may call, with what they may do. */
export const RANKS = {
  visitor: { ...GUEST, is: [], isVisitor: true },
  guest: GUEST,
  member: MEMBER,
  viewer: inMine(GUEST, 'view'),
  editor: inMine(GUEST, 'edit'),
  operator: inMine(GUEST, 'operate'),
  owner: inMine(GUEST, 'own'),
  'member who edits': inMine(MEMBER, 'edit'),
  admin: { rights: everywhere('own'), is: ['known', 'member', 'host', 'admin'] },

  'an owner’s token to read': { ...inMine(MEMBER, 'view'), scope: 'read' },
  'an owner’s token to edit': { ...inMine(MEMBER, 'edit'), scope: 'edit' },
  'an owner’s token to operate': { ...inMine(MEMBER, 'operate'), scope: 'operate' },
  'an owner’s token for everything': { ...inMine(MEMBER, 'own'), scope: 'admin' },
  'a guest’s token for everything': { ...GUEST, scope: 'admin' },
  'an admin’s token to read': { rights: everywhere('view'), is: ['known', 'member'], scope: 'read' },
  'an admin’s token for everything': {
    ...{ rights: everywhere('own'), is: ['known', 'member', 'host', 'admin'], scope: 'admin' },
  },

  'service token to read': { rights: everywhere('view'), is: ['known', 'member'], scope: 'read' },
  'service token to edit': { rights: everywhere('edit'), is: ['known', 'member'], scope: 'edit' },
  'service token to operate': { rights: everywhere('operate'), is: ['known', 'member'], scope: 'operate' },
  'service token for everything': {
    ...{ rights: everywhere('own'), is: ['known', 'member', 'host', 'admin'], scope: 'admin' },
  },
  'limited service token': { rights: { ...LIMITED, mine: 'operate' }, is: ['known', 'member'], scope: 'operate' },
  'host token': { rights: everywhere('view'), is: ['known', 'member', 'host'], scope: 'host' },
  'limited host token': { rights: { ...LIMITED, mine: 'view' }, is: ['known', 'member', 'host'], scope: 'host' },
} as const satisfies Record<string, Rank>;

export type CallerName = keyof typeof RANKS;

/** Sends one request as somebody. */
export type Send = (
  method: string,
  path: string,
  more?: { body?: unknown; headers?: Record<string, string> },
) => Promise<{ status: number; body: unknown }>;

export interface AccessWorld {
  places: Record<ProjectKind, RequestPlace>;
  senders: Record<CallerName, Send>;
}

/** Makes the projects, each with a queued dataset and a draft, and everybody who may call. */
export async function makeAccessWorld(api: TestApi): Promise<AccessWorld> {
  for (const [kind, name] of Object.entries(PROJECTS) as [ProjectKind, string][]) {
    await addProject(api.catalog, { name, visibility: VISIBILITY[kind] });
    await addDataset(api.catalog, name, 'set', { queue: true });
    await addDataset(api.catalog, name, 'draft');
  }
  const bench = await makeSignInBench(api);
  const email = (await bench.addPerson('guest')).email;
  await bench.admin.createPerson({
    body: { email: 'stranger@example.org', name: 'S', password: 'violet-harbour-73-x' },
  });
  const runs = await admitAll(api);
  const attributes = await addAttributes(api);

  async function signIn(role: PersonRole, membership?: ProjectRole): Promise<{ send: Send; makeToken: MakeToken }> {
    const { person, browser } = await bench.signedIn(role);
    if (membership !== undefined) {
      const params = { slug: PROJECTS.mine, email: person.email };
      await bench.admin.setMember({ params, body: { role: membership } });
    }
    const makeToken: MakeToken = async (scope) => {
      const { body } = await browser.send('POST', '/api/v1/tokens', { body: { name: scope, scope } });
      return byToken(api.url, (body as { token: string }).token);
    };
    return { send: browser.send, makeToken };
  }

  const [guest, owner, admin] = [await signIn('guest'), await signIn('member', 'owner'), await signIn('admin')];
  const service = async (scope: Scope, projects: string[] = []) =>
    byToken(api.url, await api.makeToken({ scope, projects }));
  const place = (kind: ProjectKind): RequestPlace => {
    const project = PROJECTS[kind];
    return {
      project,
      dataset: `${project}:set`,
      run: runs.get(`${project}:set`) ?? '',
      email,
      number: 0,
      attribute: attributes.get(`${project}:set`) ?? 0,
    };
  };
  return {
    places: { mine: place('mine'), foreign: place('foreign'), internal: place('internal'), public: place('public') },
    senders: {
      visitor: openBrowser(api.url).send,
      guest: guest.send,
      member: (await signIn('member')).send,
      viewer: (await signIn('guest', 'viewer')).send,
      editor: (await signIn('guest', 'editor')).send,
      operator: (await signIn('guest', 'operator')).send,
      owner: (await signIn('guest', 'owner')).send,
      'member who edits': (await signIn('member', 'editor')).send,
      admin: admin.send,
      'an owner’s token to read': await owner.makeToken('read'),
      'an owner’s token to edit': await owner.makeToken('edit'),
      'an owner’s token to operate': await owner.makeToken('operate'),
      'an owner’s token for everything': await owner.makeToken('admin'),
      'a guest’s token for everything': await guest.makeToken('admin'),
      'an admin’s token to read': await admin.makeToken('read'),
      'an admin’s token for everything': await admin.makeToken('admin'),
      'service token to read': await service('read'),
      'service token to edit': await service('edit'),
      'service token to operate': await service('operate'),
      'service token for everything': await service('admin'),
      'limited service token': await service('operate', [PROJECTS.mine]),
      'host token': await service('host'),
      'limited host token': await service('host', [PROJECTS.mine]),
    },
  };
}

/** Gives each project's queued dataset an attribute. Returns their ids by slug. */
async function addAttributes(api: TestApi): Promise<Map<string, number>> {
  const made = Object.values(PROJECTS).map(async (project) => {
    const item = `${project}:set`;
    const attribute = { key: 'k', type: 'char', value: 'v' } as const;
    const { attribute: kept } = await createAttribute(api.catalog, { item, attribute }, { actor: TESTER });
    return [item, kept.id] as const;
  });
  return new Map(await Promise.all(made));
}

type MakeToken = (scope: Scope) => Promise<Send>;

function byToken(url: string, token: string): Send {
  const { send } = openBrowser(url);
  return (method, path, { headers, ...more } = {}) =>
    send(method, path, { ...more, headers: { ...headers, authorization: `Bearer ${token}` } });
}

/** Gives each queued dataset a run whose first lease is over. Returns the runs' ids by slug. */
async function admitAll(api: TestApi): Promise<Map<string, string>> {
  await addHost(api.catalog, { name: 'lab' });
  const admitted = await admitDatasets(api.catalog, ADMISSION_DEFAULTS);
  await api.catalog.prisma.run.updateMany({ data: { leaseNumber: 5 } });
  return new Map(admitted.map(({ runId, dataset }) => [dataset.slug, runId]));
}

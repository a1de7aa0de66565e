import { randomUUID } from 'node:crypto';
import type { Catalog } from '../../catalog/open-catalog.ts';
import { changePerson, createPerson, removePerson, type PersonRecord } from '../../catalog/people.ts';
import { endSessions } from '../../catalog/sessions.ts';
import { createToken, revokeToken } from '../../catalog/tokens.ts';
import { useCatalog } from '../helpers/use-catalog.ts';
import { describeWith } from '../setup/test-services.ts';

const ACTOR = { name: 'a test' };
const TOKEN = { name: 'a', scope: 'read', expiresInSeconds: 60, projects: [], pools: [] } as const;

const DEEDS: [string, (catalog: Catalog, person: PersonRecord) => Promise<unknown>][] = [
  [
    'a token is revoked',
    async (catalog) => {
      const { id } = await createToken(catalog, { ...TOKEN, projects: [], pools: [] }, ACTOR);
      await revokeToken(catalog, { id }, ACTOR);
    },
  ],
  [
    'a session ends',
    async (catalog, person) => {
      const session = { id: randomUUID(), token: 'x', expiresAt: new Date(Date.now() + 60_000) };
      await catalog.prisma.session.create({ data: { ...session, personId: person.id } });
      await endSessions(catalog, person, { action: 'sign-out' });
    },
  ],
  ['a role changes', (catalog, { id }) => changePerson(catalog, id, { role: 'admin' }, ACTOR)],
  ['an account is removed', (catalog, { id }) => removePerson(catalog, id, ACTOR)],
];

await describeWith('postgres', 'access that ends', ({ url }) => {
  let catalog: Catalog;

  useCatalog(url, (opened) => (catalog = opened));

  test.each(DEEDS)('every process hears that %s', async (_, deed) => {
    const person = await createPerson(
      catalog,
      { email: 'ada@example.org', name: 'Ada', role: 'guest', passwordHash: 'x' },
      ACTOR,
    );
    let hear = () => {};
    const hearing = () => new Promise<void>((resolve) => (hear = resolve));
    const begun = hearing();
    const end = catalog.notifications.onAccess(() => hear());
    await begun;
    const heard = hearing();
    await deed(catalog, person);
    await expect(heard).resolves.toBeUndefined();
    end();
  });
});

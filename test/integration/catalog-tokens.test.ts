import { createToken, findToken, listTokens, revokeToken } from '../../catalog/tokens.ts';
import { openCatalog, type Catalog } from '../../catalog/open-catalog.ts';
import { useCatalog } from '../helpers/use-catalog.ts';
import { addProject } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

const TOKEN = { name: 'laptop', scope: 'host', expiresInSeconds: 3600, projects: [], pools: [] } as const;

await describeWith('postgres', 'tokens', ({ url }) => {
  let catalog: Catalog;

  useCatalog(url, (opened) => {
    catalog = opened;
  });

  function create(more: { expiresInSeconds?: number; projects?: string[]; pools?: string[] } = {}) {
    return createToken(catalog, { ...TOKEN, projects: [], pools: [], ...more }, { name: 'ada' });
  }

  test('the secret is shown once and kept nowhere', async () => {
    await addProject(catalog, { name: 'p' });
    const { token, ...record } = await create({ projects: ['p'], pools: ['gpu'] });
    expect(token).toMatch(/^crn_host_/);
    expect(token.startsWith(record.prefix)).toBe(true);
    expect(record).toMatchObject({ name: 'laptop', scope: 'host', projects: ['p'], pools: ['gpu'], revokedAt: null });
    expect((await listTokens(catalog, { limit: 10 })).items).toEqual([record]);
    const kept = [await catalog.prisma.token.findMany(), await catalog.prisma.auditEvent.findMany()];
    const text = JSON.stringify(kept, (_key, value) => (typeof value === 'bigint' ? String(value) : value));
    expect(text).not.toContain(token.slice(record.prefix.length));
    await expect(create({ projects: ['none'] })).rejects.toMatchObject({ code: 'not-found' });
  });

  test('only a valid secret finds its token', async () => {
    const { token, id } = await create();
    expect(await findToken(catalog, token)).toMatchObject({ id, name: 'laptop' });
    expect(await findToken(catalog, `${token.slice(0, -1)}!`)).toBeUndefined();
    await revokeToken(catalog, { id }, { name: 'ada' });
    await revokeToken(catalog, { id }, { name: 'ada' });
    expect(await findToken(catalog, token)).toBeUndefined();
    expect(await catalog.prisma.auditEvent.count({ where: { action: 'token.revoke' } })).toBe(1);
    await expect(revokeToken(catalog, { id: 999 }, { name: 'ada' })).rejects.toMatchObject({ code: 'not-found' });
  });

  test('an expired one is none', async () => {
    const { token } = await create({ expiresInSeconds: -1 });
    expect(await findToken(catalog, token)).toBeUndefined();
  });

  test('a mistyped one is refused without asking the database', async () => {
    const { token } = await create();
    const typo = token.endsWith('0') ? '1' : '0';
    const nowhere = openCatalog({ databaseUrl: 'postgresql://127.0.0.1:1/crunch' });
    expect(await findToken(nowhere, token.slice(0, -1) + typo)).toBeUndefined();
    await expect(findToken(nowhere, token)).rejects.toMatchObject({ code: 'catalog-unavailable' });
    await nowhere.close();
  });

  test('its last use is noted at most once a minute', async () => {
    const { token, id } = await create();
    const lastUse = async () => (await catalog.prisma.token.findUniqueOrThrow({ where: { id } })).lastUsedAt;
    expect(await lastUse()).toBeNull();
    await findToken(catalog, token);
    const first = await lastUse();
    expect(first).not.toBeNull();
    await findToken(catalog, token);
    expect(await lastUse()).toEqual(first);
    await catalog.prisma.token.update({ where: { id }, data: { lastUsedAt: new Date(0) } });
    await findToken(catalog, token);
    expect((await lastUse())?.getTime()).toBeGreaterThan(0);
  });
});

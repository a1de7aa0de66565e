import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { keepAdminToken } from '../../api/auth/keep-admin-token.ts';
import type { Catalog } from '../../catalog/open-catalog.ts';
import { findToken, revokeToken } from '../../catalog/tokens.ts';
import { useCatalog } from '../helpers/use-catalog.ts';
import { describeWith } from '../setup/test-services.ts';

await describeWith('postgres', 'the owner’s token', ({ url }) => {
  let catalog: Catalog;
  let folder: string;
  let file: string;

  useCatalog(url, (opened) => {
    catalog = opened;
  });
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'crunch-owner-'));
    file = path.join(folder, 'admin-token');
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('is made once and kept for the owner; the audit log tells who made it', async () => {
    const token = await keepAdminToken(catalog, file, { name: 'crunch migrate' });
    expect(await readFile(file, 'utf8')).toBe(`${token}\n`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await findToken(catalog, token)).toMatchObject({ scope: 'admin', projects: [], pools: [] });
    expect(await keepAdminToken(catalog, file, { name: 'crunch up' })).toBe(token);
    const made = await catalog.prisma.auditEvent.findMany({ where: { action: 'token.create' } });
    expect(made).toMatchObject([{ actor: 'crunch migrate' }]);
  });

  test('is replaced when it was revoked', async () => {
    const token = await keepAdminToken(catalog, file, { name: 'crunch up' });
    const { id = 0 } = (await findToken(catalog, token)) ?? {};
    await revokeToken(catalog, { id }, { name: 'ada' });
    const next = await keepAdminToken(catalog, file, { name: 'crunch up' });
    expect(next).not.toBe(token);
    expect(await findToken(catalog, next)).toMatchObject({ scope: 'admin' });
  });
});

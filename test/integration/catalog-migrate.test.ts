import { readdir } from 'node:fs/promises';
import pg from 'pg';
import { migrateCatalog, requireMigratedCatalog } from '../../catalog/migrate.ts';
import { checkCatalog, openCatalog } from '../../catalog/open-catalog.ts';
import { ATTRIBUTE_TYPES } from '../../shared/domain/attribute-type.ts';
import { DATASET_STATES, WORKSPACE_FATES } from '../../shared/domain/dataset-state.ts';
import { ENGINES } from '../../shared/domain/engine.ts';
import { FAILURE_CLASSES } from '../../shared/domain/failure-class.ts';
import { FILE_ORIGINS } from '../../shared/domain/manifest.ts';
import { PERSON_ROLES } from '../../shared/domain/person-role.ts';
import { PROJECT_ROLES } from '../../shared/domain/project-role.ts';
import { RUN_KINDS } from '../../shared/domain/run-kind.ts';
import { STATUS_STATES } from '../../shared/domain/stage.ts';
import { VISIBILITIES } from '../../shared/domain/visibility.ts';
import { databaseUrl, makeTestCatalogs, runSql } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

await describeWith('postgres', 'migrations', ({ url }) => {
  const catalogs = makeTestCatalogs(url);
  afterAll(() => catalogs.close());

  test('a missing database is made and migrated once, whoever comes at the same time', async () => {
    const fresh = databaseUrl(url, `fresh ${new URL(url).pathname.slice(1)}`);
    const results = await Promise.all(Array.from({ length: 4 }, () => migrateCatalog(fresh)));
    const entries = await readdir('prisma/migrations', { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    expect(results.map(({ applied }) => applied).filter((applied) => applied.length > 0)).toEqual([names.sort()]);
    const catalog = openCatalog({ databaseUrl: fresh });
    await checkCatalog(catalog);
    await catalog.close();
  });

  test('a database that is newer or was changed is refused', async () => {
    const newer = await catalogs.createDatabase();
    await runSql(
      newer,
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('1', 'x', '9_later', now())`,
    );
    await expect(migrateCatalog(newer)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('newer version'),
    });
    const changed = await catalogs.createDatabase();
    await runSql(changed, `UPDATE _prisma_migrations SET checksum = 'x'`);
    await expect(migrateCatalog(changed)).rejects.toMatchObject({ code: 'conflict' });
    const unfinished = await catalogs.createDatabase();
    await runSql(unfinished, 'UPDATE _prisma_migrations SET finished_at = NULL');
    await expect(migrateCatalog(unfinished)).rejects.toMatchObject({ code: 'conflict' });
  });

  test('a server that is away is said to be', async () => {
    await expect(migrateCatalog('postgresql://crunch@127.0.0.1:1/crunch')).rejects.toMatchObject({
      code: 'catalog-unavailable',
    });
  });

  test('an account that may not make the database is told so, and what it lacks is named before it is made', async () => {
    await runSql(url, `CREATE ROLE modest LOGIN PASSWORD 'modest'`);
    const absent = new URL(databaseUrl(url, 'absent'));
    absent.username = 'modest';
    absent.password = 'modest';
    await expect(requireMigratedCatalog(absent.href)).rejects.toMatchObject({ code: 'catalog-outdated' });
    await expect(migrateCatalog(absent.href)).rejects.toMatchObject({
      code: 'not-allowed',
      message: expect.stringMatching(/“absent”.*“modest”.*permission denied/),
    });
  });

  test('a catalog is migrated when it has all migrations of this version and no other', async () => {
    const made = await catalogs.createDatabase();
    await requireMigratedCatalog(made);
    await runSql(made, `DELETE FROM _prisma_migrations WHERE migration_name LIKE '%admission'`);
    await expect(requireMigratedCatalog(made)).rejects.toMatchObject({ code: 'catalog-outdated' });
    await runSql(made, 'UPDATE _prisma_migrations SET finished_at = NULL');
    await expect(requireMigratedCatalog(made)).rejects.toMatchObject({ code: 'conflict' });
  });

  test.each([
    ['attribute_type_check', ATTRIBUTE_TYPES],
    ['dataset_state_check', DATASET_STATES],
    ['workflow_revision_engine_check', ENGINES],
    ['run_failure_class_check', FAILURE_CLASSES],
    ['run_kind_check', RUN_KINDS],
    ['status_state_check', STATUS_STATES],
    ['file_origin_check', FILE_ORIGINS],
    ['run_workspace_fate_check', WORKSPACE_FATES],
    ['project_visibility_check', VISIBILITIES],
    ['membership_role_check', PROJECT_ROLES],
    ['person_role_check', PERSON_ROLES],
  ])('%s knows the words of the domain', async (constraint, words) => {
    const client = new pg.Client({ connectionString: await catalogs.createDatabase() });
    await client.connect();
    const { rows } = await client.query(
      'SELECT pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE conname = $1',
      [constraint],
    );
    await client.end();
    const known = [...rows[0].text.matchAll(/'([A-Za-z][^']*)'/g)].map(([, word]) => word);
    expect(new Set(known)).toEqual(new Set<string>(words));
  });
});

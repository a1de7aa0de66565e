import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { grantAppRole } from '../../catalog/grant-app-role.ts';
import { closeRun } from '../../catalog/run-events.ts';
import { LeaseBench } from '../helpers/lease-bench.ts';
import { runSql } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

const DENIED = { code: '42501' };
const PASSWORD = 'app';

await describeWith('postgres', 'the role of servers in PostgreSQL', ({ url: databaseUrl }) => {
  const role = `crunch-app "${randomUUID().slice(0, 8)}"`;
  const name = pg.escapeIdentifier(role);
  let appUrl: string;

  beforeAll(async () => {
    await runSql(databaseUrl, `CREATE ROLE ${name} LOGIN PASSWORD '${PASSWORD}'`);
    await grantAppRole(databaseUrl, role);
    await grantAppRole(databaseUrl, role);
    const url = new URL(databaseUrl);
    url.username = encodeURIComponent(role);
    url.password = PASSWORD;
    appUrl = url.href;
  });
  afterAll(() => runSql(databaseUrl, `DROP OWNED BY ${name}; DROP ROLE ${name}`));

  test('is enough for a dataset from its creation to its end', async () => {
    const bench = await LeaseBench.start(appUrl);
    try {
      const admin = await bench.api.signIn();
      const lease = await bench.hold();
      const { runId } = lease;
      await bench.store(`${lease.basePath}/in.txt`, 'input');
      await bench.ticketOf(lease);
      await closeRun(bench.api.catalog, {
        ...{ runId, outcome: 'completed', failureClass: null, note: null, hostLosses: 0 },
      });
      await expect(admin.getDataset({ params: { slug: lease.dataset } })).resolves.toMatchObject({
        state: 'completed',
      });
      await admin.createToken({ body: { name: 'x', scope: 'read' } });
      await admin.deleteDataset({ params: { slug: lease.dataset } });
    } finally {
      await bench.stop();
    }
  });

  test.each([
    'CREATE TABLE mine (id int)',
    'ALTER TABLE item ADD COLUMN mine int',
    'DROP TABLE item',
    'TRUNCATE item CASCADE',
    'CREATE INDEX mine ON item (id)',
    'CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
    'ALTER TABLE audit_event DISABLE TRIGGER ALL',
    'DROP TRIGGER audit_event_append_only ON audit_event',
    'UPDATE audit_event SET action = action',
    'DELETE FROM audit_event',
    'TRUNCATE audit_event',
    'DELETE FROM "_prisma_migrations"',
    'UPDATE "_prisma_migrations" SET checksum = checksum',
    'CREATE ROLE mine',
    "COPY item TO PROGRAM 'cat'",
  ])('may not %s', async (sql) => {
    await expect(runSql(appUrl, sql)).rejects.toMatchObject(DENIED);
  });

  test('that is not there is named', async () => {
    await expect(grantAppRole(databaseUrl, 'nobody-of-that-name')).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('nobody-of-that-name'),
    });
  });

  test.each(['UPDATE audit_event SET action = action', 'DELETE FROM audit_event', 'TRUNCATE audit_event'])(
    'nor can the owner of the tables by accident: %s',
    async (sql) => {
      await expect(runSql(databaseUrl, sql)).rejects.toThrow('audit events are never changed or removed');
    },
  );
});

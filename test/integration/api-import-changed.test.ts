import type { CrunchClient } from '../../client/index.ts';
import type { ProjectRole } from '../../shared/domain/project-role.ts';
import { describeContent } from '../helpers/lease-bench.ts';
import { makeSignInBench, type SignInBench } from '../helpers/sign-in-bench.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { addProject } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

/** What rows say besides their project. */
interface Row {
  name?: string;
  basePath?: string;
  priority?: number;
}

const CONTENT = Buffer.from('five!');

await describeWith('postgres', 'imports beside what was changed', ({ url: databaseUrl }) => {
  let api: TestApi;
  let client: CrunchClient;
  let bench: SignInBench;
  let projects = 0;
  let project: string;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    client = await api.signIn();
    bench = await makeSignInBench(api);
  });
  afterAll(() => api.stop());
  beforeEach(async () => {
    projects += 1;
    project = `p${projects}`;
    await addProject(api.catalog, { name: project });
  });

  const sendRows = (rows: (Row & { name: string })[], sender = client) =>
    sender.importDatasets({
      body: (async function* () {
        for (const row of rows) yield { project, ...row };
      })(),
    });

  const send = (...names: string[]) => sendRows(names.map((name) => ({ name })));

  const placeOf = async (slug: string) =>
    (await client.getDataset({ params: { slug: `${project}:${slug}` } })).basePath;

  const inRow = (row: number, column: string) => ({ path: `row ${row}, column ${column}`, row, column });

  const refused = (path: string, message: string) => ({ code: 'invalid-input', fields: [{ path, message }] });

  test('add nothing to a project that is archived', async () => {
    await client.changeProject({ params: { slug: project }, body: { archived: true } });
    await expect(send('A')).rejects.toMatchObject(
      refused('row 1, column project', `${project} is archived; unarchive it before you add to it`),
    );
    await client.changeProject({ params: { slug: project }, body: { archived: false } });
    await expect(send('A')).resolves.toEqual({ created: 1, unchanged: 0 });
  });

  test('make datasets of version 1 that may have the slug of what was moved away', async () => {
    await send('A');
    await client.moveItem({ params: { slug: `${project}:a` }, body: { name: 'B' } });
    await expect(client.getDataset({ params: { slug: `${project}:a` } })).resolves.toMatchObject({ name: 'B' });
    await client.importDatasets({
      body: (async function* () {
        const attributes = [{ key: 'n', type: 'integer' as const, value: 1 }];
        yield { project, name: 'A', basePath: `lab/${project}`, attributes };
      })(),
    });
    await expect(client.getDataset({ params: { slug: `${project}:a` } })).resolves.toMatchObject({
      ...{ name: 'A', version: 1, attributes: [{ key: 'n', value: 1 }] },
    });
  });

  test('put nothing where files are still being removed', async () => {
    await send('A');
    const slug = `${project}:a`;
    await client.putFile({
      params: { slug, path: 'in' },
      query: { sha256: describeContent(CONTENT).sha256 },
      body: { sizeBytes: CONTENT.length, open: () => new Blob([CONTENT]) },
    });
    await client.deleteDataset({ params: { slug } });
    const basePath = `crunch/${project}/a`;
    await expect(sendRows([{ name: 'B' }, { name: 'A', basePath }])).rejects.toMatchObject(
      refused('row 2, column path', `the files in ${basePath} are still being removed`),
    );
    await expect(send('B', 'A')).resolves.toEqual({ created: 2, unchanged: 0 });
    expect(await placeOf('a')).toBe(`${basePath}-2`);
    await api.catalog.prisma.storageRemoval.deleteMany();
  });

  test('take kept files up again where an admin imports', async () => {
    await send('A');
    await client.deleteDataset({ params: { slug: `${project}:a` }, query: { keepFiles: true } });
    const basePath = `crunch/${project}/a`;
    const editor = await api.signIn({ scope: 'edit', projects: [project] });
    await expect(sendRows([{ name: 'B', basePath }], editor)).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(sendRows([{ name: 'A' }], editor)).resolves.toEqual({ created: 1, unchanged: 0 });
    expect(await placeOf('a')).toBe(`${basePath}-2`);
    // It is there already, elsewhere: that takes nothing up.
    await expect(sendRows([{ name: 'A' }, { name: 'C' }])).resolves.toEqual({ created: 1, unchanged: 1 });
    expect(await api.catalog.prisma.keptFolder.count()).toBe(1);
    await client.deleteDataset({ params: { slug: `${project}:a` } });
    await expect(sendRows([{ name: 'A' }])).resolves.toEqual({ created: 1, unchanged: 0 });
    expect(await placeOf('a')).toBe(basePath);
    expect(await api.catalog.prisma.keptFolder.count()).toBe(0);
  });

  test('give each new dataset the next free place, as one that is made by itself gets it', async () => {
    const folder = `crunch/${project}`;
    // Their files stay at `a` and `a-2`, though their slugs are others.
    for (const name of ['A', 'A 2']) await send(name);
    for (const slug of ['a', 'a-2']) {
      await client.moveItem({ params: { slug: `${project}:${slug}` }, body: { name: `moved ${slug}` } });
    }
    const rows = [
      { name: 'A' },
      { name: 'A 3' },
      { name: 'A 2' },
      { name: 'b' },
      { name: 'x', basePath: `${folder}/b` },
    ];
    await expect(sendRows(rows)).resolves.toEqual({ created: 5, unchanged: 0 });
    expect(await Promise.all(['a', 'a-2', 'a-3', 'b', 'x'].map(placeOf))).toEqual(
      ['a-4', 'a-2-2', 'a-3', 'b-2', 'b'].map((own) => `${folder}/${own}`),
    );
    await expect(sendRows(rows)).resolves.toEqual({ created: 0, unchanged: 5 });
  });

  test('add nothing within the folder of another dataset', async () => {
    const outer = await addProject(api.catalog, { name: `${project} outer` });
    await client.createDataset({ body: { project: outer.slug, name: 'all', basePath: `crunch/${project}` } });
    const holds = `crunch/${project} holds the files of another project`;
    await expect(send('A')).rejects.toMatchObject(refused('row 1, column path', holds));
    await expect(client.createDataset({ body: { project, name: 'A' } })).rejects.toMatchObject({
      code: 'conflict',
      message: `${holds}; give another base path.`,
    });
  });

  test('ask for no right where nothing would change', async () => {
    await sendRows([{ name: 'A', basePath: `lab/${project}/a`, priority: 1 }, { name: 'B' }]);
    const editor = await api.signIn({ scope: 'edit', projects: [project] });
    const rows = [{ name: 'A', basePath: `lab/${project}/a`, priority: 1 }, { name: 'B' }];
    await expect(sendRows(rows, editor)).resolves.toEqual({ created: 0, unchanged: 2 });
    await expect(sendRows([...rows, { name: 'C', basePath: `lab/${project}/c` }], editor)).rejects.toMatchObject(
      refused('row 3, column path', `Only an admin may give a path that doesn’t begin with crunch/${project}/.`),
    );
  });

  describe('while the rows come', () => {
    /** Sends rows of which the last comes only once `meanwhile` is done with. */
    async function sendAround(sender: CrunchClient, meanwhile: () => Promise<unknown>, last: Row = {}) {
      const sent = sender.importDatasets({
        body: (async function* () {
          for (let number = 0; number < 300; number += 1) {
            yield { project, name: `d ${number}`, details: 'x'.repeat(1000) };
          }
          await untilStaged();
          await meanwhile();
          yield { project, name: 'last', ...last };
        })(),
      });
      return sent;
    }

    async function untilStaged(): Promise<void> {
      let staging: unknown[] = [];
      while (staging.length === 0) {
        staging = await api.catalog.prisma.$queryRaw`
          SELECT 1 AS one FROM pg_stat_activity
          WHERE datname = current_database() AND query LIKE '%INTO staged!_attribute%' ESCAPE '!' AND state <> 'idle'
            AND pid <> pg_backend_pid()`;
      }
    }

    const datasets = () =>
      api.catalog.prisma.item.count({ where: { kind: 'dataset', slug: { startsWith: `${project}:` } } });

    /** A client with the token of somebody who has a role in the project. */
    async function signInAs(role: ProjectRole) {
      const { id: personId, email } = await bench.addPerson('guest');
      const be = (other: ProjectRole) => client.setMember({ params: { slug: project, email }, body: { role: other } });
      await be(role);
      return { sender: await api.signIn({ name: email, scope: 'operate', personId }), email, be };
    }

    test('a token that is revoked gets nothing in any more', async () => {
      const { sender, email } = await signInAs('editor');
      const revoke = async () => {
        const { items } = await client.listTokens();
        await client.revokeToken({ params: { id: items.find(({ name }) => name === email)!.id } });
      };
      await expect(sendAround(sender, revoke)).rejects.toMatchObject({ code: 'not-signed-in' });
      expect(await datasets()).toBe(0);
    });

    test('who loses a right gets in no row that needs it', async () => {
      const { sender, be } = await signInAs('operator');
      const lacks = (needed: string, right: string) =>
        `This needs the right “${needed}” in the project ${project}; yours is “${right}”. Its owners can make you more.`;
      await expect(sendAround(sender, () => be('editor'), { priority: 1 })).rejects.toMatchObject(
        refused('row 301, column priority', lacks('operate', 'edit')),
      );
      await expect(sendAround(sender, () => be('viewer'))).rejects.toMatchObject({
        code: 'invalid-input',
        fields: expect.arrayContaining([{ ...inRow(1, 'project'), message: lacks('edit', 'view') }]),
      });
      expect(await datasets()).toBe(0);
      await be('operator');
      await expect(sendAround(sender, () => be('editor'))).resolves.toEqual({ created: 301, unchanged: 0 });
    });

    test('another project that gets the slug gets none of the rows', async () => {
      const replace = async () => {
        await client.deleteProject({ params: { slug: project }, query: { confirm: project } });
        await addProject(api.catalog, { name: project });
      };
      await expect(sendAround(client, replace)).rejects.toMatchObject({
        code: 'invalid-input',
        fields: expect.arrayContaining([{ ...inRow(1, 'project'), message: `there is no project ${project}` }]),
      });
      expect(await datasets()).toBe(0);
    });
  });
});

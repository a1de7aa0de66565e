import type { CrunchClient } from '../../client/index.ts';
import { describeContent } from '../helpers/lease-bench.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { addProject } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

const CONTENT = Buffer.from('five!');

await describeWith('postgres', 'imports beside what was changed', ({ url: databaseUrl }) => {
  let api: TestApi;
  let client: CrunchClient;
  let projects = 0;
  let project: string;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    client = await api.signIn();
  });
  afterAll(() => api.stop());
  beforeEach(async () => {
    projects += 1;
    project = `p${projects}`;
    await addProject(api.catalog, { name: project });
  });

  const sendBy = (sender: CrunchClient, ...names: string[]) =>
    sender.importDatasets({
      body: (async function* () {
        for (const name of names) yield { project, name };
      })(),
    });

  const send = (...names: string[]) => sendBy(client, ...names);

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
    const path = `crunch/${project}/a`;
    await expect(send('B', 'A')).rejects.toMatchObject(
      refused('row 2, column path', `the files in ${path} are still being removed`),
    );
    await api.catalog.prisma.storageRemoval.deleteMany();
    await expect(send('B', 'A')).resolves.toEqual({ created: 2, unchanged: 0 });
  });

  test('take kept files up again where an admin imports', async () => {
    await send('A');
    await client.deleteDataset({ params: { slug: `${project}:a` }, query: { keepFiles: true } });
    const editor = await api.signIn({ scope: 'edit', projects: [project] });
    await expect(sendBy(editor, 'A')).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(send('A')).resolves.toEqual({ created: 1, unchanged: 0 });
    expect(await api.catalog.prisma.keptFolder.count()).toBe(0);
  });
});

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { CrunchClient } from '../../client/index.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { describeWith } from '../setup/test-services.ts';

/** Prints what a zip holds as [[name, mode, text]], read by a program that is not ours. */
const READ_ZIP = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    print(json.dumps([[it.filename, it.external_attr >> 16, archive.read(it).decode()] for it in archive.infolist()]))
`;

const NAMES = [
  'plain.txt',
  'ünïcode-Δ-🐧.csv',
  'with "quotes" & <b>',
  '-dash',
  'c:drive',
  'line\nbreak',
  'deep/er/file',
  'empty',
];

await describeWith('postgres', 'all files of a dataset as one zip', ({ url: databaseUrl }) => {
  let api: TestApi;
  let client: CrunchClient;
  let folder: string;
  const params = { slug: 'files:set' };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'crunch-zip-'));
    api = await startTestApi({ databaseUrl });
    client = await api.signIn();
    await client.createProject({ body: { name: 'Files' } });
    for (const name of ['Set', 'Empty', 'Torn', 'Huge'])
      await client.createDataset({ body: { project: 'files', name } });
  });
  afterAll(async () => {
    await api.stop();
    await rm(folder, { recursive: true });
  });

  async function put(slug: string, name: string, content: string): Promise<void> {
    const bytes = new Blob([content]);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const body = { sizeBytes: bytes.size, open: () => bytes.stream() };
    await client.putFile({ params: { slug, path: name }, query: { sha256 }, body });
  }

  async function download(slug: string): Promise<Response> {
    const headers = { authorization: `Bearer ${await api.makeToken({ scope: 'read' })}` };
    return fetch(`${api.url}/api/v1/datasets/${slug}/archive`, { headers });
  }

  async function read(response: Response): Promise<unknown> {
    const file = path.join(folder, 'archive.zip');
    await writeFile(file, Buffer.from(await response.arrayBuffer()));
    return JSON.parse((await promisify(execFile)('python3', ['-c', READ_ZIP, file])).stdout);
  }

  test('holds them by their names, below a folder', async () => {
    for (const name of NAMES) await put(params.slug, name, name === 'empty' ? '' : `the content of ${name}`);
    const response = await download(params.slug);
    expect(response.headers.get('content-type')).toBe('application/zip');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename=files--set.zip');
    expect(response.headers.get('content-security-policy')).toMatch(/^sandbox;/);
    expect(response.headers.get('accept-ranges')).toBeNull();
    const held = (await read(response)) as [string][];
    const expected = NAMES.map((name) => [
      `files--set/${name}`,
      0o100644,
      name === 'empty' ? '' : `the content of ${name}`,
    ]);
    expect(new Set(held)).toEqual(new Set(expected));
    expect(held).toHaveLength(expected.length);
  });

  test('of a dataset without files is empty', async () => {
    expect(await read(await download('files:empty'))).toEqual([]);
  });

  test('is cut when a file is not as the catalog has it', async () => {
    await put('files:torn', 'a', 'there');
    await put('files:torn', 'b', 'away');
    await api.storage.delete('crunch/files/torn/b');
    await expect(download('files:torn').then((response) => response.arrayBuffer())).rejects.toThrow('terminated');
    expect((await download('files:set')).status).toBe(200);
  });

  test('with too many files is refused', async () => {
    await api.catalog.prisma.$executeRaw`
      INSERT INTO file (dataset_id, path, size_bytes, origin)
      SELECT item.id, 'f-' || n, 0, 'input' FROM item, generate_series(1, 50001) AS n WHERE item.slug = 'files:huge'`;
    expect((await download('files:huge')).status).toBe(413);
  });

  test('is not there for those who don’t see the project', async () => {
    await client.createProject({ body: { name: 'Other' } });
    const limited = await api.signIn({ scope: 'read', projects: ['other'] });
    await expect(limited.getArchive({ params })).rejects.toMatchObject({ code: 'not-found' });
  });
});

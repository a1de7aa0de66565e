import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { getDataset } from '../../catalog/datasets.ts';
import { listFiles } from '../../catalog/files.ts';
import { listStatuses } from '../../catalog/statuses.ts';
import type { CrunchClient } from '../../client/index.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { describeWithAll } from '../setup/test-services.ts';

/** What a user of the Python package writes, who adds a dataset with all that is known of it and tells of a run. */
const SCRIPT = `
import datetime, json, sys
from crunch.client.connections import Connection
from crunch.django.app.enums import Stage, State

connection = Connection(verbose=False)
made = [
    connection.add_project("By Python", description="short", details="# long"),
    connection.add_dataset("by-python", "Plot 1", description="a plot"),
    connection.add_item("by-python:plot-1", "Tree 1", details="an oak"),
]
tree = "by-python:plot-1:tree-1"
made += [
    connection.add_char_attribute(tree, "char", "oak"),
    connection.add_float_attribute(tree, "float", 1.5),
    connection.add_integer_attribute(tree, "integer", 7),
    connection.add_filesize_attribute(tree, "filesize", 123456),
    connection.add_boolean_attribute(tree, "boolean", False),
    connection.add_url_attribute(tree, "url", "https://example.org/oak"),
    connection.add_lat_long_attribute(tree, "place", -37.8, 144.96),
    connection.add_datetime_attribute(tree, "datetime", "2 Jan 2026 03:04:05"),
    connection.add_date_attribute(tree, "date", "2 Jan 2026"),
]
plot = "by-python:plot-1"
connection.add_attributes(plot, text="x", link="https://example.org", size=2.5, flag=True, count=3,
    at=datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc), day=datetime.date(2026, 1, 2))
dataset = connection.get_json_response("api/datasets/" + plot + "/")
made += [connection.send_status(dataset["id"], Stage.SETUP, State.START, note="begun")]
json.dump([answer.status_code for answer in made], sys.stdout)
`;

const WORKFLOW = '#!/bin/sh\ncat in.txt > out.txt\ndate +%s%N >> out.txt\n';

await describeWithAll(
  ['postgres', 'djangoCrunch'],
  'the client of django-crunch itself',
  ({ postgres, djangoCrunch }) => {
    let api: TestApi;
    let admin: CrunchClient;
    let folder: string;
    let settings: string;

    beforeAll(async () => {
      api = await startTestApi({ databaseUrl: postgres.url });
      admin = await api.signIn();
      folder = await mkdtemp(path.join(tmpdir(), 'crunch-seed-'));
      settings = path.join(folder, 'storage.json');
      await writeFile(settings, JSON.stringify({ MEDIA_ROOT: api.folder }));
    });
    afterAll(async () => {
      await api.stop();
      await rm(folder, { recursive: true, force: true });
    });

    /** Runs one of its programs as a user does who has a token of ours. */
    async function run(program: string, args: string[], tokenName = 'lab token'): Promise<string> {
      const token = await api.makeToken({ scope: 'operate', name: tokenName });
      const { stdout } = await promisify(execFile)(path.join(djangoCrunch.programs, program), args, {
        cwd: folder,
        env: { PATH: process.env.PATH, HOME: folder, CRUNCH_URL: api.url, CRUNCH_TOKEN: token, COLUMNS: '200' },
      });
      return stdout;
    }

    const asHost = (command: string, directory: string, ...more: string[]) => [
      ...[command, '--storage-settings', settings, '--directory', path.join(folder, directory)],
      ...['--workflow', 'script', ...more],
    ];

    async function addDatasets(project: string, names: string[]): Promise<string[]> {
      await admin.createProject({ body: { name: project, workflow: { kind: 'text', text: WORKFLOW } } });
      const slugs: string[] = [];
      for (const name of names) {
        const { slug, basePath } = await admin.createDataset({ body: { project, name } });
        await mkdir(path.join(api.folder, basePath!), { recursive: true });
        await writeFile(path.join(api.folder, basePath!, 'in.txt'), `input of ${slug}\n`);
        slugs.push(slug);
      }
      return slugs;
    }

    test('its Connection adds all that there is, and tells of a run', async () => {
      expect(JSON.parse(await run('python', ['-c', SCRIPT]))).toEqual(Array.from({ length: 13 }, () => 201));
      const tree = await admin.getItem({ params: { slug: 'by-python:plot-1:tree-1' } });
      expect(tree).toMatchObject({ name: 'Tree 1', details: 'an oak' });
      expect(tree.attributes).toMatchObject([
        { key: 'char', type: 'char', value: 'oak' },
        { key: 'float', type: 'float', value: 1.5 },
        { key: 'integer', type: 'integer', value: 7 },
        { key: 'filesize', type: 'filesize', value: 123456 },
        { key: 'boolean', type: 'boolean', value: false },
        { key: 'url', type: 'url', value: 'https://example.org/oak' },
        { key: 'place', type: 'lat-long', latitude: -37.8, longitude: 144.96 },
        { key: 'datetime', type: 'datetime', value: '2026-01-02T03:04:05.000Z' },
        { key: 'date', type: 'date', value: '2026-01-02' },
      ]);
      const plot = await admin.getDataset({ params: { slug: 'by-python:plot-1' } });
      expect(plot).toMatchObject({ description: 'a plot', state: 'running', run: { kind: 'external' } });
      expect(plot.attributes.map(({ key, type }) => `${key} ${type}`)).toEqual([
        ...['text char', 'link url', 'size float', 'flag boolean', 'count integer', 'at datetime', 'day date'],
      ]);
      const [status] = (await listStatuses(api.catalog, plot.slug, { limit: 1 })).items;
      expect(status).toMatchObject({ note: 'begun', diagnostics: { version: '0.1.12', system: 'Linux' } });
    });

    test('its commands add all that there is', async () => {
      await run('crunch', ['add-project', 'By Shell', '--description', 'short', '--details', '# long']);
      await run('crunch', ['add-dataset', 'by-shell', 'Plot 1']);
      await run('crunch', ['add-item', 'by-shell:plot-1', 'Tree 1']);
      const tree = 'by-shell:plot-1:tree-1';
      const values: Record<string, string[]> = {
        char: ['oak'],
        float: ['1.5'],
        integer: ['7'],
        filesize: ['123456'],
        boolean: ['True'],
        url: ['https://example.org/oak'],
        'lat-long': ['37.8', '144.96'],
        datetime: ['2026-01-02 03:04'],
        date: ['2026-01-02'],
      };
      for (const [type, value] of Object.entries(values)) {
        expect(await run('crunch', [`add-${type}-attribute`, tree, `a ${type}`, ...value])).toContain('Response 201');
      }
      const { attributes } = await admin.getItem({ params: { slug: tree } });
      expect(attributes.map(({ type }) => type)).toEqual(Object.keys(values));
    });

    test('next and run process one dataset each, and files lists what the first left', async () => {
      const [first, second] = await addDatasets('one-by-one', ['a', 'b']);
      await run('crunch', asHost('next', 'next', '--project', 'one-by-one'));
      await run('crunch', asHost('run', 'run').toSpliced(1, 0, second!));
      for (const slug of [first!, second!]) {
        expect(await getDataset(api.catalog, slug)).toMatchObject({ state: 'completed', runs: 1 });
        const { items } = await listFiles(api.catalog, slug, { limit: 10 });
        expect(items.map(({ path: name, origin }) => `${name} ${origin}`)).toEqual(['in.txt input', 'out.txt result']);
      }
      const { basePath } = await getDataset(api.catalog, first!);
      const { stream } = await api.storage.read(`${basePath}/out.txt`);
      expect(await text(stream)).toContain(`input of ${first!}`);
      const listed = await run('crunch', ['files', first!, '--storage-settings', settings]);
      expect(listed).toContain('out.txt');
      expect((await admin.listDatasets({ query: { project: ['one-by-one'], state: ['running'] } })).items).toEqual([]);
    });

    test('a workflow that fails there fails its dataset here', async () => {
      const [slug] = await addDatasets('failing', ['a']);
      await admin.changeProject({
        params: { slug: 'failing' },
        body: { workflow: { kind: 'text', text: '#!/bin/sh\nexit 3\n' } },
      });
      await run('crunch', asHost('run', 'failing').toSpliced(1, 0, slug!));
      expect(await getDataset(api.catalog, slug!)).toMatchObject({
        ...{ state: 'failed', run: { failureClass: 'workflow' } },
        reason: expect.stringContaining('exit status 3'),
      });
    });

    test('two loops at once process every dataset once, and end when nothing is left', async () => {
      const slugs = await addDatasets('shared', ['a', 'b', 'c', 'd', 'e', 'f']);
      const loops = ['one', 'two'].map((name) => run('crunch', asHost('loop', name, '--project', 'shared'), name));
      for (const told of await Promise.all(loops)) expect(told).toContain('Loop concluded');
      for (const slug of slugs) {
        expect(await getDataset(api.catalog, slug)).toMatchObject({ state: 'completed', runs: 1 });
        expect((await listStatuses(api.catalog, slug, { limit: 100 })).items).toHaveLength(6);
      }
      const claims = await api.catalog.prisma.auditEvent.findMany({
        where: { action: 'dataset.claim', subject: { startsWith: 'shared:' } },
      });
      expect(claims.map(({ subject }) => subject).sort()).toEqual(slugs.sort());
    });
  },
);

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CrunchClient } from '../../client/index.ts';
import { captureCrunch } from '../helpers/capture-crunch.ts';
import { startDjangoSite, type DjangoSite } from '../helpers/django-site.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { describeWithAll } from '../setup/test-services.ts';

const STARTING_MS = 300_000;

const VALUES: Record<string, Record<string, string>> = {
  char: { value: 'oak' },
  float: { value: '1.5' },
  int: { value: '7' },
  filesize: { value: '123456' },
  bool: { value: 'false' },
  url: { value: 'https://example.org/oak' },
  'lat-long': { latitude: '-37.8', longitude: '144.96' },
  datetime: { value: '2026-01-02T03:04:05Z' },
  date: { value: '2026-01-02' },
};

await describeWithAll(
  ['postgres', 'djangoCrunch'],
  'a copy of a running django-crunch',
  ({ postgres, djangoCrunch }) => {
    let site: DjangoSite;
    let api: TestApi;
    let admin: CrunchClient;
    let folder: string;
    let environment: Record<string, string>;

    beforeAll(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'crunch-import-'));
      [site, api] = await Promise.all([
        startDjangoSite(djangoCrunch.programs),
        startTestApi({ databaseUrl: postgres.url }),
      ]);
      admin = await api.signIn();
      environment = { CRUNCH_URL: api.url, CRUNCH_TOKEN: await api.makeToken(), XDG_DATA_HOME: folder };
      await fillSite();
    }, STARTING_MS);
    afterAll(async () => {
      await Promise.all([site?.stop(), api?.stop()]);
      await rm(folder, { recursive: true, force: true });
    });

    async function tell(dataset: unknown, events: [stage: number, state: number, note?: string][]): Promise<void> {
      for (const [stage, state, note = ''] of events) {
        const fields = { dataset, stage, state, note, hostname: 'lab-1' };
        await site.send(
          'POST',
          'statuses/',
          Object.fromEntries(Object.entries(fields).map(([k, v]) => [k, String(v)])),
        );
      }
    }

    async function fillSite(): Promise<void> {
      await site.send('POST', 'projects/', { name: 'Survey', description: 'a short one', workflow: '#!/bin/sh\nls\n' });
      await site.send('PATCH', 'projects/survey/', { name: 'Survey of old' });
      const done = await site.send('POST', 'datasets/', { parent: 'survey', name: 'Plot 1' });
      const broken = await site.send('POST', 'datasets/', { parent: 'survey', name: 'Plot 2' });
      await site.send('POST', 'datasets/', { parent: 'survey', name: 'Plot 3', base_file_path: 'own/plot-3' });
      await site.send('POST', 'items/', { parent: 'survey:plot-1', name: 'Tree' });
      await site.send('POST', 'items/', { parent: 'survey:plot-1:tree', name: 'Branch', details: 'a **long** one' });
      for (const [type, value] of Object.entries(VALUES)) {
        await site.send('POST', `attributes/${type}/`, { item: 'survey:plot-1:tree', key: `a ${type}`, ...value });
      }
      await tell(done.id, [
        [1, 1],
        [1, 2],
        [2, 1],
        [2, 3, 'exit 3'],
        [1, 1],
        [1, 2],
        [2, 1],
        [2, 2],
        [3, 1],
        [3, 2],
      ]);
      await tell(broken.id, [
        [1, 1],
        [1, 3, 'no such\nfolder'],
      ]);
      // More than fit on a page.
      for (let n = 0; n < 21; n += 1) await site.send('POST', 'items/', { parent: 'survey', name: `Part ${n}` });
      await site.send('POST', 'projects/', { name: 'Gone' });
      await site.send('POST', 'datasets/', { parent: 'gone', name: 'Orphan' });
      await site.send('DELETE', 'projects/gone/');
    }

    async function importSite(...more: string[]) {
      const end = await captureCrunch(
        ['import-django', site.url, '--token', site.token, '--json', ...more],
        environment,
      );
      return {
        ...end,
        result: JSON.parse(end.stdout) as Record<string, { added: number; changed: number; unchanged: number }>,
      };
    }

    test('a dry run tells what would be copied, and copies nothing', async () => {
      const { exitCode, result } = await importSite('--dry-run');
      expect(exitCode).toBe(0);
      expect(result).toMatchObject({
        ...{ dryRun: true, projects: { added: 1 }, datasets: { added: 3 }, items: { added: 23 } },
        ...{ attributes: { added: 9 }, histories: { added: 2 } },
        warnings: expect.arrayContaining([expect.stringContaining('gone:orphan is left out')]),
      });
      expect((await admin.listProjects()).items).toEqual([]);
    });

    test('all is there afterwards: the tree with its slugs, attributes, and what happened', async () => {
      const { result } = await importSite();
      expect(result).toMatchObject({
        projects: { added: 1 },
        datasets: { added: 3 },
        items: { added: 23 },
        attributes: { added: 9 },
      });
      expect(await admin.getProject({ params: { slug: 'survey' } })).toMatchObject({
        ...{ name: 'Survey of old', description: 'a short one', engine: 'script' },
        datasets: { completed: 1, failed: 1, draft: 1 },
      });
      const plot = await admin.getDataset({ params: { slug: 'survey:plot-1' } });
      expect(plot).toMatchObject({ name: 'Plot 1', state: 'completed', runs: 2, basePath: 'crunch/survey/plot-1' });
      expect(plot.run).toMatchObject({ kind: 'imported', state: 'completed', host: 'lab-1', revision: null });
      expect(plot.items.map(({ slug }) => slug)).toEqual(['survey:plot-1:tree', 'survey:plot-1:tree:branch']);
      expect(plot.items[0]?.attributes).toMatchObject([
        { type: 'char', value: 'oak' },
        { type: 'float', value: 1.5 },
        { type: 'integer', value: 7 },
        { type: 'filesize', value: 123456 },
        { type: 'boolean', value: false },
        { type: 'url', value: 'https://example.org/oak' },
        { type: 'lat-long', latitude: -37.8, longitude: 144.96 },
        { type: 'datetime', value: '2026-01-02T03:04:05.000Z' },
        { type: 'date', value: '2026-01-02' },
      ]);
      const { items: runs } = await admin.listRuns({ params: { slug: plot.slug } });
      expect(runs.map(({ state, note }) => [state, note])).toEqual([
        ['completed', null],
        ['failed', 'exit 3'],
      ]);
      const { items: statuses } = await admin.listStatuses({ params: { slug: 'survey:plot-2' } });
      expect(statuses.map(({ stage, state }) => `${stage} ${state}`)).toEqual(['SETUP START', 'SETUP FAIL']);
      expect(await admin.getDataset({ params: { slug: 'survey:plot-2' } })).toMatchObject({ reason: 'no such' });
      expect(await admin.getDataset({ params: { slug: 'survey:plot-3' } })).toMatchObject({
        ...{ state: 'draft', basePath: 'own/plot-3' },
      });
    });

    test('copied again, nothing changes, and what was changed here stays', async () => {
      await admin.changeDataset({ params: { slug: 'survey:plot-3' }, body: { description: 'ours' } });
      const { result } = await importSite();
      for (const kind of ['projects', 'datasets', 'items', 'attributes', 'histories']) {
        expect(result[kind]).toMatchObject({ added: 0, changed: 0 });
      }
      expect(await admin.getDataset({ params: { slug: 'survey:plot-3' } })).toMatchObject({ description: 'ours' });
    });

    test('what is new there comes with the next copy, also without the list of what was copied', async () => {
      await site.send('PATCH', 'datasets/survey:plot-2/', { description: 'changed there' });
      const added = await site.send('POST', 'datasets/', {
        parent: 'survey',
        name: 'Plot 4',
        base_file_path: 'own/plot-4',
      });
      await site.send('POST', 'attributes/char/', { item: 'survey:plot-1:tree', key: 'a char', value: 'beech' });
      await tell(added.id, [[1, 1]]);
      const { result } = await importSite('--mapping', path.join(folder, 'lost.jsonl'));
      expect(result).toMatchObject({
        datasets: { added: 1, changed: 2, unchanged: 1 },
        ...{ attributes: { added: 1, unchanged: 9 }, histories: { added: 1, unchanged: 2 } },
      });
      expect(await admin.getDataset({ params: { slug: 'survey:plot-4' } })).toMatchObject({ state: 'failed' });
      await tell(added.id, [[3, 2]]);
      await importSite('--mapping', path.join(folder, 'lost.jsonl'));
      expect(await admin.getDataset({ params: { slug: 'survey:plot-4' } })).toMatchObject({
        state: 'completed',
        runs: 1,
      });
    });

    test('files come too when that is asked for, each once', async () => {
      for (const [name, text] of Object.entries({ 'in.txt': 'input', 'deep/ä b.txt': '', '.crunch/deleted.txt': '' })) {
        const file = path.join(site.storage, 'own/plot-3', name);
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, text);
      }
      const settings = path.join(folder, 'django.json');
      await writeFile(settings, JSON.stringify({ MEDIA_ROOT: site.storage }));
      expect((await importSite('--files', '--storage-settings', settings)).result).toMatchObject({
        files: { added: 2 },
      });
      const { items } = await admin.listFiles({ params: { slug: 'survey:plot-3' } });
      expect(items.map(({ path: name, size, origin }) => [name, size, origin])).toEqual([
        ['deep/ä b.txt', 0, 'input'],
        ['in.txt', 5, 'input'],
      ]);
      expect((await importSite('--files', '--storage-settings', settings)).result).toMatchObject({
        files: { added: 0, unchanged: 2 },
      });
    });

    test('a dataset that was processed here keeps its own history', async () => {
      await admin.retryDatasets({ body: { datasets: ['survey:plot-2'] } });
      const { items } = await admin.listDatasets({ query: { project: ['survey'], state: ['failed', 'completed'] } });
      expect(items.map(({ slug }) => slug)).not.toContain('survey:plot-2');
      const { result } = await importSite();
      expect(result.warnings).toEqual(
        expect.arrayContaining([expect.stringContaining('survey:plot-2 is processed here')]),
      );
    });

    test.each<[string, string[], number, RegExp]>([
      ['a wrong token', ['--token', 'wrong'], 3, /does not take the token/],
      ['no storage settings', ['--token', 'x', '--files'], 2, /--storage-settings/],
      ['a server for the site', ['--token', 'x'], 3, /does not take the token/],
    ])('%s is said to be', async (_, more, code, words) => {
      const url = more.length === 2 && more[1] === 'x' ? api.url : site.url;
      const { exitCode, stdout } = await captureCrunch(['import-django', url, '--json', ...more], environment);
      expect(exitCode).toBe(code);
      expect(stdout).toMatch(words);
    });

    test('an address that is none of django-crunch is said to be', async () => {
      const { exitCode, stdout } = await captureCrunch(
        ['import-django', `${site.url}/nothing`, '--json', '--token', 'x'],
        environment,
      );
      expect(exitCode).toBe(4);
      expect(stdout).toContain('no API of django-crunch');
    });
  },
);

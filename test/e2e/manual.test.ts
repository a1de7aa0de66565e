import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../platform/cache-folder.ts';
import { CrunchStack } from '../helpers/crunch-stack.ts';
import { readManualPage } from '../helpers/manual-pages.ts';
import { PageRun } from '../helpers/page-run.ts';

const run = promisify(execFile);

/** Pages that begin with nothing: a server is one of the things that they start. */
const FROM_NOTHING = ['first-project', 'install-server'];

/** Pages for somebody who is signed in to a server. */
const SIGNED_IN = [
  'script-workflows',
  'snakemake',
  'stages',
  'changes',
  'storage',
  'tables',
  'from-django-crunch',
  'install-host',
  'filters',
];

const PAGE_TIMEOUT_MS = 240_000;

let folder: string;
let pageRun: PageRun | undefined;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'crunch-manual-'));
  // So that PostgreSQL's account may enter it where the tests run as root.
  await chmod(folder, 0o711);
});

afterEach(async () => {
  await pageRun?.stop();
  pageRun = undefined;
  await rm(folder, { recursive: true, force: true });
}, 60_000);

async function preparePage(env?: Record<string, Record<string, string>>): Promise<PageRun> {
  pageRun = new PageRun({ folder, env });
  await pageRun.prepare();
  return pageRun;
}

describe.each(FROM_NOTHING)('the page %s', (name) => {
  test(
    'does what it says',
    async () => {
      const page = await preparePage();
      await layOutRepository(page.place);
      await expect(page.follow(await readManualPage(name))).resolves.toBeUndefined();
    },
    PAGE_TIMEOUT_MS,
  );
});

/** What the pages use of a copy of the repository, with the data of the examples fetched already. */
async function layOutRepository(place: string): Promise<void> {
  const fetched = path.join(cacheFolder(), 'examples');
  await run(process.execPath, ['examples/prepare.mjs', fetched]);
  await symlink(path.resolve('examples'), path.join(place, 'examples'));
  await mkdir(path.join(place, 'data'));
  await cp(path.join(fetched, 'downloads'), path.join(place, 'data', 'downloads'), { recursive: true });
}

describe('with a server', () => {
  let stack: CrunchStack;
  let reader: Record<string, string>;

  beforeAll(async () => {
    stack = await CrunchStack.start();
    const { url, data } = stack.places;
    reader = { CRUNCH_URL: url, CRUNCH_TOKEN_FILE: path.join(data, 'admin-token') };
  }, 120_000);
  afterAll(() => stack.stop(), 60_000);

  test.each(SIGNED_IN)(
    'the page %s does what it says',
    async (name) => {
      const page = await preparePage({ reader, host: { SERVER: stack.places.url } });
      await expect(page.follow(await readManualPage(name))).resolves.toBeUndefined();
    },
    PAGE_TIMEOUT_MS,
  );

  test('every value that a reader puts in is put in here', async () => {
    const { fences } = await readManualPage('install-host');
    const values = fences.filter(({ marks }) => 'values' in marks).map(({ content }) => content.split('=', 1)[0]);
    expect(values).toEqual(['SERVER']);
  });

  const SLURM = { SLURM_JOB_ID: '17', SLURM_CPUS_PER_TASK: '2', SCRATCH: '' };

  test(
    'the script for Slurm processes all there is; the signal before its end reaches the host, which finishes what it holds',
    async () => {
      const page = await preparePage({ reader });
      const fences = (await readManualPage('install-host')).fences;
      const script = fences.find(({ marks }) => marks['file'] === 'crunch.sbatch')!.content;
      const file = path.join(page.place, 'crunch.sbatch');
      await writeFile(file, script);
      await run('bash', ['-n', file]);
      const slurm = { ...SLURM, TMPDIR: page.place };
      const gate = path.join(page.place, 'gate');
      await run('mkfifo', [gate]);

      await stack.addDataset(await stack.addProject('Quick', '#!/bin/sh\necho done > out.txt\n'), 'One');
      const whole = await page.start(script, 'reader', slurm);
      await expect(whole.ended).resolves.toBe(0);
      expect(whole.output).toMatch(/host slurm-17 is ready[\s\S]*quick:one completed/);
      await expect(run('ls', [page.place])).resolves.toMatchObject({
        stdout: expect.not.stringContaining('crunch-17'),
      });

      await stack.addDataset(await stack.addProject('Slow', `#!/bin/sh\ncat '${gate}'\n`), 'One');
      const signalled = await page.start(script, 'reader', slurm);
      await signalled.shows(/slow:one workflow started/);
      // To the script alone, as `--signal=B:` does.
      signalled.child.kill('SIGTERM');
      await signalled.shows(/finishing what is in hand/);
      await writeFile(gate, 'go on\n');
      await expect(signalled.ended).resolves.toBe(130);
      expect(signalled.output).toMatch(/slow:one upload done/);
    },
    PAGE_TIMEOUT_MS,
  );
});

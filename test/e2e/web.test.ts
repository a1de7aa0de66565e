import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { CrunchStack, type RunningHost } from '../helpers/crunch-stack.ts';
import { WebVisitor } from '../helpers/web-visitor.ts';
import { describeWith } from '../setup/test-services.ts';

/** Waits for ever when its mode says so, else counts bytes. */
const SCRIPT = `#!/bin/sh
set -e
if grep -q slow mode.txt; then
  echo waiting
  sleep 600
fi
if grep -q broken mode.txt; then
  echo 'Error: mode.txt is broken' >&2
  echo cleaning up
  exit 3
fi
mkdir -p out
cat data.txt mode.txt > 'out/all & more.txt'
`;

const MARKUP = '<img src=x onerror=alert(1)> & co';

const file = (name: string, content: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(content) });

const UNZIP = `
import sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
[name] = [name for name in archive.namelist() if name.endswith('/' + sys.argv[2])]
sys.stdout.write(archive.read(name).decode())
`;

/** The content of the one file of a zip whose path ends so. */
async function readZipped(zip: string, ending: string): Promise<string> {
  return (await promisify(execFile)('python3', ['-c', UNZIP, zip, ending])).stdout;
}

await describeWith('chromium', 'the web UI in a browser', ({ executablePath }) => {
  let stack: CrunchStack;
  let visitor: WebVisitor;
  let host: RunningHost | undefined;

  beforeAll(async () => {
    stack = await CrunchStack.start();
    visitor = await WebVisitor.open(stack, executablePath);
  }, 180_000);

  afterAll(async () => {
    await visitor?.close();
    await stack?.stop();
  }, 60_000);

  afterEach(() => {
    expect(visitor.faults.splice(0)).toEqual([]);
  });

  const says = (text: string | RegExp) => visitor.page.getByText(text).first().waitFor();

  async function addDataset(name: string, mode: string) {
    const { page } = visitor;
    await page.goto('/projects/in-a-browser');
    await page.getByRole('link', { name: 'Add dataset' }).click();
    await page.getByLabel('Name', { exact: true }).fill(name);
    const files = [file('data.txt', 'one\n'), file('mode.txt', `${mode}\n`)];
    await page.locator('input[type=file]').setInputFiles(files);
    await page.getByRole('button', { name: 'Add an attribute' }).click();
    await page.getByLabel('Key').fill('depth');
    await page.getByLabel('Type').selectOption('float');
    await page.getByLabel('Value').fill('3.25');
    await page.getByRole('button', { name: 'Add dataset' }).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
  }

  test('a stranger signs in where they are, and an empty list shows what fills it', async () => {
    const { page } = visitor;
    await page.goto('/hosts');
    await page.getByRole('heading', { name: 'Sign in to Crunch' }).waitFor();
    expect(await visitor.findBarriers()).toEqual([]);
    await page.getByLabel('E-mail address').fill(stack.places.email);
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await says('The e-mail address or the password is wrong.');
    await visitor.signIn();
    await page.getByRole('heading', { level: 1, name: 'Hosts' }).waitFor();
    await says('crunch loop');
    await page.getByRole('link', { name: 'Projects' }).click();
    await says('crunch add-project NAME --workflow FILE');
  }, 120_000);

  test('a project is added, though the session ended while it was typed', async () => {
    const { page } = visitor;
    await page.getByRole('link', { name: 'Add project' }).click();
    await page.getByRole('button', { name: 'Add project' }).click();
    await says('must not be empty');
    await page.getByLabel('Name', { exact: true }).fill('In a browser');
    await page.getByLabel('Workflow text').fill(SCRIPT);
    await visitor.loseSession();
    await page.getByRole('button', { name: 'Add project' }).click();
    await page.getByRole('dialog', { name: 'Sign in again' }).waitFor();
    await visitor.signIn();
    await page.getByRole('heading', { level: 1, name: 'In a browser' }).waitFor();
    await says('crunch add-dataset in-a-browser NAME --files FOLDER');
    const { items } = await stack.json<{ items: { name: string; engine: string }[] }>('projects');
    expect(items).toMatchObject([{ name: 'In a browser', engine: 'script' }]);
  }, 120_000);

  test('a project is paused, which says why, and resumed', async () => {
    const { page } = visitor;
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByLabel('Why?').fill('the disk is full');
    expect(await visitor.findBarriers()).toEqual([]);
    await page.getByRole('button', { name: 'Pause now' }).click();
    await says(/^Paused by .*: the disk is full\. Hosts finish what they have/);
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
    expect(await page.getByText('the disk is full').count()).toBe(0);
  }, 120_000);

  test('a dataset is added with files, says why it waits, and is processed before the reader’s eyes', async () => {
    const { page } = visitor;
    await addDataset(MARKUP, 'fast');
    await page.getByText(MARKUP).first().waitFor();
    await says('Waiting: no live host takes it; start one with crunch loop.');
    await says('2 of 2 files stored and verified');
    await page.getByRole('definition').getByText('3.25').waitFor();
    expect(await page.locator('img').count()).toBe(0);
    // It would be gone if the page were loaded anew.
    await page.evaluate('globalThis.sameDocument = true');
    host = stack.host('w1', 'loop', '--project', 'in-a-browser');
    await says(/^Completed on host w1/);
    expect(await page.evaluate('globalThis.sameDocument')).toBe(true);
    await page.getByRole('cell', { name: 'upload', exact: true }).first().waitFor();
    await expect(readFile(await visitor.download('all & more.txt'), 'utf8')).resolves.toBe('one\nfast\n');
    expect(await readZipped(await visitor.download('Download all'), 'out/all & more.txt')).toBe('one\nfast\n');
    const execution = page.getByRole('link', { name: 'Execution of run 1 in Temporal' });
    expect(await execution.getAttribute('href')).toMatch(
      /^http:.*\/namespaces\/default\/workflows\/crunch%2F\d+\/[\w-]+\/history$/,
    );
    expect(await visitor.findBarriers()).toEqual([]);
  }, 120_000);

  test('one that runs is cancelled, gets another file, and is tried again', async () => {
    const { page } = visitor;
    await addDataset('Slow', 'slow');
    await says(/^Running workflow on host w1/);
    await says('Its files can’t change while it is running: cancel it, or wait until it is done.');
    expect(await visitor.findBarriers()).toEqual([]);
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByLabel('Why?').fill('too slow');
    await page.getByRole('button', { name: 'Cancel now' }).click();
    await says(/^Cancelled in workflow on host w1.*: cancelled by .*: too slow\.$/);
    const transfer = await page.evaluateHandle(
      `(() => {
        const transfer = new DataTransfer();
        transfer.items.add(new File(['quick\\n'], 'mode.txt'));
        return transfer;
      })()`,
    );
    await page.getByText('Drop files or folders here').dispatchEvent('drop', { dataTransfer: transfer });
    await says('1 of 1 files stored and verified');
    await page.getByRole('button', { name: 'Retry from start' }).click();
    await says(/^Completed on host w1/);
    await expect(readFile(await visitor.download('all & more.txt'), 'utf8')).resolves.toBe('one\nquick\n');
  }, 120_000);

  test('one that fails says so first, with the line of its log that tells why', async () => {
    const { page } = visitor;
    await addDataset('Broken', 'broken');
    await says(/^Failed in workflow on host w1, .*: the workflow exited with code 3/);
    expect(await page.locator('mark').textContent()).toBe('Error: mode.txt is broken');
    expect(await visitor.findOverflows()).toEqual([]);
    await page.getByRole('button', { name: 'Retry from start' }).waitFor();
    await page.getByRole('table', { name: 'Statuses' }).getByText('the workflow exited with code 3').click();
    await page.getByRole('table', { name: 'Statuses' }).getByText('cleaning up').waitFor();
    expect(await visitor.findBarriers()).toEqual([]);
  }, 120_000);

  test('states are filters, names are found, and pages have addresses', async () => {
    const { page } = visitor;
    await page.goto('/');
    await page.getByRole('table').getByRole('link', { name: '1 failed' }).last().click();
    await page.getByRole('heading', { name: 'Datasets: failed' }).waitFor();
    await page.getByRole('link', { name: 'Broken' }).waitFor();
    expect(await page.getByRole('table', { name: 'Datasets' }).getByRole('row').count()).toBe(2);
    await page.goto('/datasets?search=onerror');
    await page.getByRole('link', { name: MARKUP }).waitFor();
    expect(await page.getByRole('table', { name: 'Datasets' }).getByRole('row').count()).toBe(2);
    expect(await visitor.findBarriers()).toEqual([]);
  }, 120_000);

  test.each([
    '/',
    '/hosts',
    '/datasets',
    '/new-project',
    '/nowhere',
    '/projects/in-a-browser',
    '/projects/in-a-browser/new-dataset',
  ])(
    '%s has no barriers, and works by keyboard',
    async (path) => {
      const { page } = visitor;
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await visitor.findBarriers()).toEqual([]);
      expect(await visitor.findOverflows()).toEqual([]);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      expect(await page.evaluate('document.activeElement.id')).toBe('main');
    },
    120_000,
  );

  test('a lost connection is a line with its time, and what was missed meanwhile is made good', async () => {
    const { page } = visitor;
    await page.goto('/projects/in-a-browser');
    await page.getByRole('link', { name: 'Broken' }).waitFor();
    visitor.expectOutage();
    await stack.stopUp();
    await says(/^The connection is lost; the last news came .* Trying again\.$/);
    await stack.startUp();
    await stack.addDataset('in-a-browser', 'Added elsewhere');
    await page.getByRole('link', { name: 'Added elsewhere' }).waitFor();
    await page.getByText('The connection is lost').waitFor({ state: 'hidden' });
    expect(await page.getByRole('table', { name: 'Datasets' }).getByRole('row').count()).toBe(5);
  }, 180_000);

  test('a page whose code can’t be loaded says so calmly, with its places beside it, until the server is back', async () => {
    const other = await WebVisitor.open(stack, executablePath);
    const { page } = other;
    await page.goto('/');
    await other.signIn();
    await page.getByRole('link', { name: 'In a browser' }).waitFor();
    other.expectOutage();
    await stack.stopUp();
    await page.getByRole('navigation').getByRole('link', { name: 'Hosts' }).click();
    await page.getByRole('heading', { level: 1, name: 'The server can’t be reached' }).waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('It still doesn’t answer.').waitFor();
    await page.getByText(/the last news came \d+ s ago/).waitFor();
    expect(await other.findBarriers()).toEqual([]);
    await stack.startUp();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { level: 1, name: 'Hosts' }).waitFor();
    expect(other.faults).toEqual([]);
    await other.close();
  }, 180_000);

  test('a host that stops is told on the page, and nobody is signed in after signing out', async () => {
    const { page } = visitor;
    await page.goto('/hosts');
    await says('1 live, 0 working.');
    await host?.kill('SIGTERM');
    await says('No host is live: datasets wait until one starts.');
    visitor.expectStranger();
    await page.getByRole('button', { name: /^Sign out/ }).click();
    await page.getByRole('heading', { name: 'Sign in to Crunch' }).waitFor();
    const session = await page.request.get('/api/auth/get-session');
    expect(await session.json()).toBeNull();
  }, 120_000);
});

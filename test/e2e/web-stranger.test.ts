import { readFile } from 'node:fs/promises';
import type { Request } from 'playwright-core';
import { createClient, type CrunchClient } from '../../client/index.ts';
import { CrunchStack } from '../helpers/crunch-stack.ts';
import { PASSWORD, SIGN_IN } from '../helpers/sign-in-bench.ts';
import { openBrowser } from '../helpers/test-browser.ts';
import { WebVisitor } from '../helpers/web-visitor.ts';
import { describeWith } from '../setup/test-services.ts';

const OWNER = { email: 'owner-canary@example.org', password: PASSWORD };

/** Says something in its log, and fails where the input says so. */
const SCRIPT = `#!/bin/sh
set -e
echo 'Error: log-canary' >&2
grep -q fine input.txt
cp input.txt output.txt
`;

/** What of a public project is for its members only. */
const FOR_MEMBERS = ['Draft-canary', 'host-canary', 'log-canary', 'owner-canary'];

/** Whatever changes something, or leads to it. */
const CHANGES = /^(Add|Edit|Save|Queue|Retry|Cancel|Pause|Resume|Move|Archive|Delete|Choose|Copy crunch (add|upload))/;

const PAGES = {
  '/': 'Palmer',
  '/datasets': 'Torgersen',
  '/projects/palmer': 'Torgersen',
  '/datasets/palmer:torgersen': 'output.txt',
  '/datasets/palmer:biscoe': 'Biscoe',
};

await describeWith('chromium', 'somebody signed out at a public project', ({ executablePath }) => {
  let stack: CrunchStack;
  let admin: CrunchClient;
  let visitor: WebVisitor;
  let member: WebVisitor | undefined;

  beforeAll(async () => {
    stack = await CrunchStack.start();
    admin = createClient({ url: stack.places.url, token: await stack.adminToken() });
    await stack.addProject('Palmer', SCRIPT);
    const torgersen = await stack.addDataset('palmer', 'Torgersen', 'fine\n');
    const biscoe = await stack.addDataset('palmer', 'Biscoe', 'broken\n');
    await admin.createDataset({ body: { project: 'palmer', name: 'Draft-canary', held: true } });
    await admin.createPerson({ body: { ...OWNER, name: 'Owner', role: 'member' } });
    await admin.setMember({ params: { slug: 'palmer', email: OWNER.email }, body: { role: 'owner' } });
    // Where nothing is public any more, there is nothing but the sign-in.
    await admin.createProject({ body: { name: 'Open', visibility: 'public' } });
    const owner = openBrowser(stack.places.url);
    await owner.send('POST', SIGN_IN, { body: OWNER });
    await owner.send('PATCH', '/api/v1/projects/palmer', { body: { description: 'Penguins', visibility: 'public' } });
    await stack.host('host-canary', 'run', torgersen).ended;
    await stack.host('host-canary', 'run', biscoe).ended;
    visitor = await WebVisitor.open(stack, executablePath);
  }, 180_000);

  afterAll(async () => {
    await Promise.all([visitor?.close(), member?.close()]);
    await stack?.stop();
  }, 60_000);

  afterEach(() => {
    expect(visitor.faults.splice(0)).toEqual([]);
  });

  /** All that a browser shows and is sent while somebody looks at the pages. */
  async function readPages({ page }: WebVisitor): Promise<string> {
    const shown: string[] = [];
    const asked = new Set<string>();
    const listen = (request: Request) => {
      if (request.resourceType() === 'fetch' && request.url().includes('/api/')) asked.add(request.url());
    };
    page.on('request', listen);
    for (const [address, content] of Object.entries(PAGES)) {
      await page.goto(address);
      await page.getByRole('main').getByText(content).first().waitFor();
      shown.push(await page.innerText('body'));
    }
    page.off('request', listen);
    asked.delete(`${stack.places.url}/api/v1/events`);
    for (const url of asked) shown.push(await (await page.request.get(url)).text());
    return shown.join('\n');
  }

  test('sees its datasets, and nothing that is for members', async () => {
    member = await WebVisitor.open(stack, executablePath);
    await member.page.goto('/projects/palmer');
    await member.page.getByRole('button', { name: 'Sign in' }).click();
    const dialog = member.page.getByRole('dialog', { name: 'Sign in' });
    await dialog.getByLabel('E-mail address').fill(OWNER.email);
    await dialog.getByLabel('Password', { exact: true }).fill(OWNER.password);
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await member.page.getByRole('button', { name: /^Sign out/ }).waitFor();
    const shown = await readPages(member);
    // Else the names would be absent for another reason.
    expect(FOR_MEMBERS.filter((canary) => !shown.includes(canary))).toEqual([]);

    const open = await readPages(visitor);
    expect(open).toContain('Penguins');
    expect(FOR_MEMBERS.filter((canary) => open.includes(canary))).toEqual([]);
    expect(open).not.toMatch(/[\w.-]+@[\w-]+[.]\w+/);
    visitor.expectRefusal();
    const { page } = visitor;
    await page.goto('/datasets/palmer:draft-canary');
    await page.getByText('You are not signed in. Sign in to see the dataset').waitFor();
  }, 180_000);

  test('is offered nothing that changes anything', async () => {
    const { page } = visitor;
    for (const [address, content] of Object.entries(PAGES)) {
      await page.goto(address);
      await page.getByRole('main').getByText(content).first().waitFor();
      for (const role of ['button', 'link'] as const) {
        const offers = await page.getByRole(role, { name: CHANGES }).allInnerTexts();
        expect([address, offers]).toEqual([address, []]);
      }
      expect(await page.locator('input[type=file]').count()).toBe(0);
    }
  }, 180_000);

  test('opens files', async () => {
    await visitor.page.goto('/datasets/palmer:torgersen');
    await expect(readFile(await visitor.download('output.txt'), 'utf8')).resolves.toBe('fine\n');
  }, 120_000);

  test('loses it from the open page in the moment in which it becomes private', async () => {
    const { page } = visitor;
    const change = (visibility: 'public' | 'private') =>
      admin.changeProject({ params: { slug: 'palmer' }, body: { visibility } });
    await page.goto('/datasets/palmer:torgersen');
    const link = page.getByRole('link', { name: 'output.txt', exact: true });
    const address = await link.getAttribute('href');
    visitor.expectRefusal();
    await change('private');
    await link.waitFor({ state: 'hidden' });
    await page.getByText('You are not signed in. Sign in to see the dataset').waitFor();
    expect(await page.innerText('body')).not.toMatch(/Torgersen|output/);
    expect((await page.request.get(address!)).status()).toBe(401);

    for (const list of ['/', '/datasets']) {
      await change('public');
      await page.goto(list);
      const name = page
        .getByRole('main')
        .getByText(list === '/' ? 'Palmer' : 'Torgersen')
        .first();
      await name.waitFor();
      await change('private');
      await name.waitFor({ state: 'hidden' });
    }
  }, 180_000);
});

import { createClient, type CrunchClient } from '../../client/index.ts';
import { CrunchStack } from '../helpers/crunch-stack.ts';
import { HOSTILE_MARKDOWN } from '../helpers/hostile-markdown.ts';
import { WebVisitor } from '../helpers/web-visitor.ts';
import { describeWith } from '../setup/test-services.ts';

const READER = { email: 'reader@example.org', password: 'quiet-marble-58-orchard' };

const DETAILS = `
# Notes

Measured by **three** people, see [the paper](https://example.org/paper) and [the hosts](/hosts).

| species | n   |
| ------- | --- |
| Adelie  | 152 |

- [x] checked

![a map](https://example.org/map.png)
`;

/** Of a browser, what a stranger's text must not have made. */
const MADE_BY_MARKUP = `(() => {
  const main = document.querySelector('main');
  const isBad = ({ protocol, hostname }) => !/^(https?|mailto):$/.test(protocol) || hostname === 'evil.example';
  return {
    executed: globalThis.executed ?? null,
    elements: main.querySelectorAll('script, style, img, iframe, object, embed, form, base, link, video, audio').length,
    addresses: [...main.querySelectorAll('a')].filter(isBad).map(({ href }) => href),
  };
})()`;

await describeWith('chromium', 'the web UI and who looks at it', ({ executablePath }) => {
  let stack: CrunchStack;
  let visitor: WebVisitor;
  let admin: CrunchClient;

  beforeAll(async () => {
    stack = await CrunchStack.start();
    admin = createClient({ url: stack.places.url, token: await stack.adminToken() });
    await admin.createPerson({ body: { ...READER, name: 'Reader', role: 'guest' } });
    await admin.createProject({ body: { name: 'Palmer', details: DETAILS } });
    await admin.createProject({ body: { name: 'Hostile', details: HOSTILE_MARKDOWN.join('\n\n') } });
    for (const slug of ['palmer', 'hostile']) {
      await admin.setMember({ params: { slug, email: READER.email }, body: { role: 'viewer' } });
    }
    await admin.createDataset({ body: { project: 'palmer', name: 'Torgersen', details: DETAILS } });
    await admin.createDataset({ body: { project: 'palmer', name: 'Biscoe', held: true } });
    visitor = await WebVisitor.open(stack, executablePath);
    await visitor.page.goto('/');
    await visitor.signIn();
  }, 180_000);

  afterAll(async () => {
    await visitor?.close();
    await stack?.stop();
  }, 60_000);

  afterEach(() => {
    expect(visitor.faults.splice(0)).toEqual([]);
  });

  const says = (text: string | RegExp) => visitor.page.getByText(text).first().waitFor();
  const focused = () => visitor.page.evaluate('document.activeElement.id');

  test.each(['/projects/palmer', '/datasets/palmer:torgersen'])(
    '%s shows details as Markdown, pictures as links',
    async (address) => {
      const { page } = visitor;
      await page.goto(address);
      await page.getByRole('heading', { level: 3, name: 'Notes' }).waitFor();
      await page.getByRole('cell', { name: '152' }).waitFor();
      await page.getByRole('img', { name: 'done' }).waitFor();
      expect(await page.getByRole('link', { name: 'a map' }).getAttribute('href')).toBe('https://example.org/map.png');
      expect(await visitor.findBarriers()).toEqual([]);
      expect(await visitor.findOverflows()).toEqual([]);
    },
    120_000,
  );

  test('long names leave room for what else a list of all datasets says', async () => {
    const { page } = visitor;
    const name = 'A long name with many words that nobody would choose without need, or would they after all';
    const { slug } = await admin.createProject({ body: { name } });
    await admin.createDataset({ body: { project: slug, name, queue: true } });
    await page.goto('/datasets');
    const why = page.getByRole('cell', { name: 'its project has no workflow; give it one' });
    await why.waitFor();
    expect(await visitor.findOverflows()).toEqual([]);
    for (const width of [1200, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      expect((await why.boundingBox())?.width).toBeGreaterThan(120);
    }
  }, 120_000);

  test('what somebody wrote with bad intent is text', async () => {
    const { page } = visitor;
    await page.goto('/projects/hostile');
    await says('<marquee src=x href=x autofocus open onload=globalThis.executed=1>');
    await page.getByRole('link', { name: 'title' }).hover();
    expect(await page.evaluate(MADE_BY_MARKUP)).toEqual({ executed: null, elements: 0, addresses: [] });
  }, 120_000);

  test('after a link was followed, the keyboard goes on in the new page', async () => {
    const { page } = visitor;
    await page.goto('/');
    await page.getByRole('link', { name: 'Palmer' }).click();
    await page.getByRole('heading', { level: 1, name: 'Palmer' }).waitFor();
    expect(await focused()).toBe('main');
  }, 120_000);

  test('a search goes on under each state, and what is searched for stands in its field', async () => {
    const { page } = visitor;
    await page.goto('/projects/palmer');
    const field = page.getByLabel('Search by name');
    await field.fill('torg');
    await page.waitForURL(/search=torg/);
    await page.getByRole('link', { name: 'Biscoe' }).waitFor({ state: 'hidden' });
    await page.getByRole('main').getByRole('link', { name: '2 draft' }).last().click();
    await page.getByRole('heading', { name: 'Datasets: draft' }).waitFor();
    expect(new URL(page.url()).search).toBe('?search=torg&state=draft');
    expect(await page.getByRole('link', { name: 'Biscoe' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByRole('link', { name: 'Biscoe' }).waitFor();
    expect(await field.inputValue()).toBe('');
    await page.goBack();
    await page.getByRole('heading', { name: 'Datasets', exact: true }).waitFor();
    expect(await field.inputValue()).toBe('torg');
  }, 120_000);

  test('what is not there offers nothing to do with it', async () => {
    const { page } = visitor;
    visitor.expectAbsence();
    await page.goto('/projects/nowhere');
    await says('There is no “nowhere”.');
    expect(await page.getByRole('link', { name: 'Add dataset' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    await page.goto('/projects/nowhere/new-dataset');
    await says('There is no “nowhere”.');
    expect(await page.getByRole('textbox').count()).toBe(0);
  }, 120_000);

  test('a file that was left out can be chosen again, and two attributes may have one key', async () => {
    const { page } = visitor;
    await page.goto('/projects/palmer/new-dataset');
    await page.getByLabel('Name', { exact: true }).fill('Dream');
    const chosen = { name: 'data.txt', mimeType: 'text/plain', buffer: Buffer.from('one\n') };
    await page.locator('input[type=file]').setInputFiles(chosen);
    await page.getByRole('button', { name: 'Leave out data.txt' }).click();
    // A browser says nothing when a field is given the file that it has already.
    expect(await page.locator('input[type=file]').inputValue()).toBe('');
    await page.locator('input[type=file]').setInputFiles(chosen);
    for (const [row, value] of ['ada', 'bob'].entries()) {
      await page.getByRole('button', { name: 'Add an attribute' }).click();
      await page.getByLabel('Key').nth(row).fill('observer');
      await page.getByLabel('Value').nth(row).fill(value);
    }
    await page.getByRole('radio', { name: /^Hold it/ }).check();
    await page.getByRole('button', { name: 'Add dataset' }).click();
    await says('1 of 1 files stored and verified');
    expect((await stack.show('palmer:dream')).attributes).toMatchObject([{ value: 'ada' }, { value: 'bob' }]);
    await page.getByRole('definition').getByText('bob').waitFor();
  }, 120_000);

  test('one without files that could not be queued says so', async () => {
    const { page } = visitor;
    await page.goto('/projects/palmer/new-dataset');
    await page.getByLabel('Name', { exact: true }).fill('Empty');
    visitor.expectOutage();
    await page.route('**/actions/queue', (route) => route.abort());
    await page.getByRole('button', { name: 'Add dataset' }).click();
    await says('The files are there, but the dataset is still on hold');
    expect(await page.getByRole('button', { name: 'Queue' }).isEnabled()).toBe(true);
    await page.unroute('**/actions/queue');
  }, 120_000);

  test('a sign-out that fails says so', async () => {
    const { page } = visitor;
    await page.route('**/sign-out', (route) => route.abort());
    await page.getByRole('button', { name: /^Sign out/ }).click();
    await says('You are still signed in');
    await page.unroute('**/sign-out');
    expect(await (await page.request.get('/api/auth/get-session')).json()).toMatchObject({ user: { name: 'admin' } });
  }, 120_000);

  test('what one person asked for is not done for another who signs in over it', async () => {
    const { page } = visitor;
    await page.goto('/new-project');
    await page.getByLabel('Name', { exact: true }).fill('Not by a reader');
    await page.getByRole('radio', { name: 'Later' }).check();
    await visitor.loseSession();
    await page.getByRole('button', { name: 'Add project' }).click();
    const dialog = page.getByRole('dialog', { name: 'Sign in again' });
    await dialog.waitFor();
    for (let times = 0; times < 3; times += 1) await page.keyboard.press('Escape');
    await dialog.waitFor();
    await visitor.signIn(READER);
    await says('Only members of this server add projects. Ask one of its admins to make you a member.');
    expect(await page.getByRole('textbox').count()).toBe(0);
    await expect(admin.getProject({ params: { slug: 'not-by-a-reader' } })).rejects.toMatchObject({
      code: 'not-found',
    });
  }, 120_000);

  test('whoever may only look is offered only that', async () => {
    const { page } = visitor;
    const pages = {
      '/': 'Hostile',
      '/projects/palmer': 'Torgersen',
      '/projects/hostile': 'There is no dataset yet.',
      '/datasets/palmer:torgersen': 'It has no files yet.',
    };
    for (const [address, content] of Object.entries(pages)) {
      await page.goto(address);
      await says(content);
      const offers = /^(Add|Edit|Queue|Retry|Cancel|Choose|Copy crunch (add|upload))/;
      expect(await page.getByRole('main').getByRole('button', { name: offers }).count()).toBe(0);
      expect(await page.getByRole('main').getByRole('link', { name: offers }).count()).toBe(0);
      expect(await page.getByRole('link', { name: 'Hosts', exact: true }).count()).toBe(0);
    }
    await page.goto('/projects/palmer/new-dataset');
    await says('Only editors of this project add datasets to it. Ask one of its owners to make you one.');
  }, 120_000);

  test('a visitor sees what is public, that nobody is signed in, and where to sign in for more', async () => {
    await admin.changeProject({ params: { slug: 'palmer' }, body: { visibility: 'public' } });
    const stranger = await WebVisitor.open(stack, executablePath);
    const { page } = stranger;
    await page.goto('/');
    await page.getByRole('link', { name: 'Palmer' }).waitFor();
    expect(await page.getByText('Hostile').count()).toBe(0);
    const places = page.getByRole('navigation', { name: 'Places' });
    await places.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await page.getByRole('button', { name: /^Sign out/ }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Hosts', exact: true }).count()).toBe(0);
    expect(await stranger.findBarriers()).toEqual([]);
    for (const [address, purpose] of [
      ['/projects/hostile', 'to see the project'],
      ['/projects/nowhere', 'to see the project'],
      ['/hosts', 'to see the hosts'],
      ['/new-project', 'to add a project'],
      ['/projects/palmer/new-dataset', 'to add datasets'],
    ] as const) {
      await page.goto(address);
      await page.getByText(`You are not signed in. Sign in ${purpose}`).waitFor();
      expect(await page.getByRole('textbox').count()).toBe(0);
    }
    await page.goto('/hosts');
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
    const dialog = page.getByRole('dialog', { name: 'Sign in' });
    await dialog.waitFor();
    expect(await stranger.findBarriers()).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await places.getByRole('button', { name: 'Sign in' }).click();
    await dialog.getByLabel('E-mail address').fill(stack.places.email);
    await dialog.getByLabel('Password', { exact: true }).fill(await stack.adminPassword());
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('There is no host yet.').waitFor();
    await page.getByRole('button', { name: /^Sign out admin/ }).waitFor();
    expect(stranger.faults).toEqual([]);
    await stranger.close();
  }, 180_000);
});

import { createClient, type CrunchClient } from '../../client/index.ts';
import { CrunchStack } from '../helpers/crunch-stack.ts';
import { WebVisitor } from '../helpers/web-visitor.ts';
import { describeWith } from '../setup/test-services.ts';

await describeWith('chromium', 'the web UI and whose things it shows', ({ executablePath }) => {
  let stack: CrunchStack;
  let visitor: WebVisitor;
  let admin: CrunchClient;

  beforeAll(async () => {
    stack = await CrunchStack.start();
    admin = createClient({ url: stack.places.url, token: await stack.adminToken() });
    await admin.createProject({ body: { name: 'Palmer' } });
    await admin.createDataset({ body: { project: 'palmer', name: 'Torgersen' } });
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

  test('a project is looked at and changed by its owner, whose words stay when they are refused', async () => {
    const { page } = visitor;
    await page.goto('/new-project');
    await page.getByLabel('Name', { exact: true }).fill('Palmer');
    await page.getByRole('button', { name: 'Add project' }).click();
    await says('One field needs another look: Workflow text.');
    await page.getByLabel('Workflow text').fill('#!/bin/sh\necho first\n');
    visitor.expectRefusal();
    await page.getByRole('button', { name: 'Add project' }).click();
    await says('The project was not added');
    expect(await page.getByText(/^Request /).count()).toBe(0);
    await page.getByLabel('Name', { exact: true }).fill('Editable');
    await page.getByText('The project was not added').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Add a parameter' }).click();
    await page.getByLabel('Parameter', { exact: true }).fill('alpha');
    await page.getByLabel('Value', { exact: true }).fill('[1, "two"]');
    await page.getByLabel('Pool').fill('gpu');
    await page.getByRole('button', { name: 'Add project' }).click();
    await page.getByRole('group', { name: 'workflow.sh' }).getByText('echo first').waitFor();
    await page.getByRole('definition').getByText('[1,"two"]').waitFor();
    expect(await visitor.findBarriers()).toEqual([]);
    expect(await visitor.findOverflows()).toEqual([]);
    await page.getByRole('link', { name: 'Edit' }).click();
    await page.getByLabel('Workflow text').fill('#!/bin/sh\necho second\n');
    await page.getByLabel('At most at once').fill('2');
    expect(await visitor.findBarriers()).toEqual([]);
    expect(await visitor.findOverflows()).toEqual([]);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('group', { name: 'workflow.sh' }).getByText('echo second').waitFor();
    expect(await admin.getProject({ params: { slug: 'editable' } })).toMatchObject({
      ...{ pool: 'gpu', maxRunning: 2, parameters: { alpha: [1, 'two'] } },
      workflow: { revision: 2 },
    });
  }, 120_000);

  test('a dataset is described anew and gets attributes, which show the times that they are', async () => {
    const { page } = visitor;
    await page.goto('/datasets/palmer:torgersen');
    await page.getByRole('button', { name: 'Add attributes' }).click();
    await page.getByLabel('Key', { exact: true }).fill('measured');
    await page.getByLabel('Type').selectOption('datetime');
    await page.getByRole('button', { name: 'Save attributes' }).click();
    await says('One field needs another look: Value of attribute 1.');
    await page.getByLabel('Value', { exact: true }).fill('2022-01-05T09:30:00Z');
    await page.getByRole('button', { name: 'Save attributes' }).click();
    await page.getByRole('definition').getByText('2022-01-05 09:30:00 UTC').waitFor();
    await page.getByRole('link', { name: 'Edit' }).click();
    await page.getByLabel('Description').fill('Measured twice');
    await page.getByLabel('Priority').selectOption('1');
    expect(await visitor.findBarriers()).toEqual([]);
    await page.getByRole('button', { name: 'Save' }).click();
    await says('Measured twice');
    expect(await stack.show('palmer:torgersen')).toMatchObject({ description: 'Measured twice', priority: 1 });
  }, 120_000);

  test('an account is a page: tokens are made, shown once and revoked, and the password is changed', async () => {
    const { page } = visitor;
    await page.goto('/');
    await page.getByRole('link', { name: 'Account' }).click();
    await page.getByRole('definition').getByText(stack.places.email).waitFor();
    await page.getByRole('row').getByText('this one').waitFor();
    await page.getByLabel('Name of the token').fill('a notebook');
    await page.getByRole('button', { name: 'Make a token' }).click();
    const secret = await page.getByRole('status').locator('code').textContent();
    const holder = createClient({ url: stack.places.url, token: secret ?? '' });
    expect(await holder.getCaller()).toMatchObject({ kind: 'token', scope: 'read' });
    expect(await visitor.findBarriers()).toEqual([]);
    expect(await visitor.findOverflows()).toEqual([]);
    await page.getByRole('button', { name: 'Revoke a notebook' }).click();
    await says('You have none.');
    await expect(holder.getCaller()).rejects.toMatchObject({ code: 'not-signed-in' });
    await page.getByLabel('Current password').fill('not the password');
    await page.getByLabel('New password').fill('a-quite-new-marble-19');
    visitor.expectRefusal();
    await page.getByRole('button', { name: 'Change password' }).click();
    await says('The current password is wrong.');
    await page.getByLabel('Current password').fill(await stack.adminPassword());
    await page.getByRole('button', { name: 'Change password' }).click();
    await says('The password is changed.');
    await page.getByLabel('Current password').fill('a-quite-new-marble-19');
    await page.getByLabel('New password').fill(await stack.adminPassword());
    const [changed] = await Promise.all([
      page.waitForResponse('**/change-password'),
      page.getByRole('button', { name: 'Change password' }).click(),
    ]);
    expect(changed.status()).toBe(204);
  }, 120_000);

  test('what an address asks for and nobody understands is taken out of it', async () => {
    const { page } = visitor;
    await page.goto('/datasets?state=bogus&search=torg');
    await page.getByRole('link', { name: 'Torgersen' }).waitFor();
    await page.waitForURL((url) => !url.search.includes('state'));
    expect(new URL(page.url()).search).toBe('?search=torg');
  }, 120_000);

  test('on a phone, the manual and the API are below each page', async () => {
    const { page } = visitor;
    await page.setViewportSize({ width: 390, height: 900 });
    await page.goto('/');
    await page.getByRole('contentinfo').getByRole('link', { name: 'API' }).waitFor();
    await page.getByRole('contentinfo').getByRole('link', { name: 'Manual' }).click();
    await page.getByRole('link', { name: 'Back to Crunch' }).click();
    await page.getByRole('heading', { level: 1, name: 'Projects' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
    await page.setViewportSize({ width: 1440, height: 900 });
  }, 120_000);
});

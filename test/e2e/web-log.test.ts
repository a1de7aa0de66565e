import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CrunchStack } from '../helpers/crunch-stack.ts';
import { WebVisitor } from '../helpers/web-visitor.ts';
import { describeWith } from '../setup/test-services.ts';

const LINES = 100_000;

await describeWith('chromium', 'a log in a browser', ({ executablePath }) => {
  let stack: CrunchStack;
  let visitor: WebVisitor;

  beforeAll(async () => {
    stack = await CrunchStack.start();
    visitor = await WebVisitor.open(stack, executablePath);
  }, 180_000);

  afterAll(async () => {
    await visitor?.close();
    await stack?.stop();
  }, 60_000);

  test('is followed, scrolled and searched, however long it is', async () => {
    const { page } = visitor;
    const go = path.join(stack.folder, 'go');
    const markup = '<img src=x onerror=alert(1)>';
    const script = `#!/bin/sh
echo '${markup}'
seq 2 ${LINES}
while [ ! -e ${go} ]; do sleep 0.1; done
echo 'and one more'
while [ ! -e ${go}-again ]; do sleep 0.1; done
`;
    const project = await stack.addProject('Long', script, '--heartbeat-timeout', '60s');
    const slug = await stack.addDataset(project, 'One');
    const host = stack.host('w', 'next', '--project', project);
    await host.event((event) => event.type === 'stage' && event.stage === 'workflow' && event.state === 'START');
    await stack.follow(slug, '--grep', String(LINES)).event(({ text }) => text === String(LINES));
    await page.goto(`/datasets/${slug}`);
    await visitor.signIn();
    const log = page.getByRole('group', { name: 'Log of run 1' });
    await log.getByText(String(LINES)).last().waitFor();
    await writeFile(go, '');
    await log.getByText('and one more').waitFor();
    expect(await log.locator('> div > div').count()).toBeLessThan(200);

    await page.getByLabel('Search the log').fill('IMG src');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: markup }).click();
    await log.getByText(markup).waitFor();
    expect(await page.locator('img').count()).toBe(0);
    // Who reads elsewhere stays there.
    await writeFile(`${go}-again`, '');
    await page.getByText(/^Completed on host w/).waitFor();
    await log.getByText(markup).waitFor();
    expect(await visitor.findBarriers()).toEqual([]);
    expect(await visitor.findOverflows()).toEqual([]);
    expect(visitor.faults).toEqual([]);
    await host.ended;
  }, 240_000);
});

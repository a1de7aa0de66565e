import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createClient, type CrunchClient } from '../../client/index.ts';
import { renderMarkdown } from '../../api/manual/render-markdown.ts';
import { filePathFault } from '../../shared/domain/file-path.ts';
import { CrunchStack } from '../helpers/crunch-stack.ts';
import { WebVisitor } from '../helpers/web-visitor.ts';
import { XSS_VECTORS } from '../helpers/xss-vectors.ts';
import { describeWith } from '../setup/test-services.ts';

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const PATIENCE_MS = 240_000;

/** As its log has them, and the note of the run that fails by it. */
const SCRIPT = `#!/bin/sh
cat >&2 <<'END'
${XSS_VECTORS.join('\n')}
END
exit 3
`;

await describeWith('chromium', 'texts that browsers could take for programs', ({ executablePath }) => {
  let stack: CrunchStack;
  let visitor: WebVisitor;
  let project: string;
  let dataset: string;

  beforeAll(async () => {
    stack = await CrunchStack.start();
    const token = (await readFile(path.join(stack.places.data, 'admin-token'), 'utf8')).trim();
    await fillCatalog(createClient({ url: stack.places.url, token }));
    visitor = await WebVisitor.open(stack, executablePath);
  }, PATIENCE_MS);

  afterAll(async () => {
    await visitor?.close();
    await stack?.stop();
  }, 60_000);

  /** Puts every vector into everything that people name and describe. */
  async function fillCatalog(client: CrunchClient): Promise<void> {
    const all = XSS_VECTORS.join('\n\n');
    const texts = { description: all.slice(0, 10_000), details: all };
    const workflow = { kind: 'text', text: SCRIPT, fileName: 'run.sh' } as const;
    const name = 'Evil <img src=x onerror=alert(1)>';
    ({ slug: project } = await client.createProject({ body: { name, ...texts, workflow } }));
    const names = XSS_VECTORS.filter((_, index) => index % 8 === 0);
    for (const [index, evil] of names.entries()) {
      const body = { project, name: `${index} ${evil}`.slice(0, 200), ...texts };
      await client.createDataset({ body });
    }
    const { slug } = await client.createDataset({ body: { project, name: 'All <script>', ...texts } });
    dataset = slug;
    for (const [index, vector] of XSS_VECTORS.entries()) {
      const attribute = {
        type: 'char',
        key: `${index} ${vector}`.slice(0, 255),
        value: vector.slice(0, 1023),
      } as const;
      await client.createAttribute({ body: { item: slug, attribute } });
    }
    for (const file of XSS_VECTORS.filter((vector) => filePathFault(vector) === undefined)) {
      await client.putFile({
        params: { slug, path: file },
        query: { sha256: EMPTY },
        body: { sizeBytes: 0, open: () => new Blob([]).stream() },
      });
    }
    await client.queueDatasets({ body: { datasets: [slug] } });
    await stack.host('h', 'run', slug).ended;
    const { items } = await client.listStatuses({ params: { slug } });
    expect(items.map(({ note }) => note).join('\n')).toContain('<div>');
  }

  test('are shown as texts on every page', async () => {
    const { page } = visitor;
    await page.goto('/');
    await visitor.signIn();
    const pages = ['/', `/projects/${project}`, '/datasets', `/datasets/${dataset}`];
    for (const address of pages) {
      await page.goto(address);
      await page.getByText('onerror=').first().waitFor();
    }
    // The last page has all of it: attributes, files, details, what happened.
    for (const part of ['img src=x onload', 'svg onbegin', 'WORKFLOW']) await page.getByText(part).first().waitFor();
    expect(await page.locator('a[href^="javascript:" i], a[href^="data:" i], a[href^="vbscript:" i]').count()).toBe(0);
    // Dialogs, and what the content policy had to hold back.
    expect(visitor.faults).toEqual([]);
  }, 120_000);

  test('run nothing as Markdown, even where no content policy would hold them back', async () => {
    const { page } = visitor;
    await page.goto('about:blank');
    await page.setContent(`<main>${XSS_VECTORS.map((vector) => renderMarkdown(vector).html).join('\n')}</main>`);
    await page.waitForLoadState('load');
    const links = page.locator('a');
    expect(await links.count()).toBeGreaterThan(0);
    for (const href of await links.evaluateAll((all) => all.map((it) => it.getAttribute('href') ?? ''))) {
      expect(new URL(href, 'http://page.test/').protocol).toMatch(/^https?:$/);
    }
    expect(visitor.faults.filter((fault) => fault.includes('dialog'))).toEqual([]);
  }, 60_000);
});

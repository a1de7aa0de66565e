import { renderMarkdown } from './render-markdown.ts';

test('HTML is shown and not obeyed', () => {
  const { html } = renderMarkdown('# A <b>b</b>\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1))\n');
  expect(html).not.toMatch(/<(b|script|a)[ >]/);
  expect(html).toContain('&lt;script&gt;');
});

test('headings have the ids of a file browser, twice the same ones different ids', () => {
  const { title, headings } = renderMarkdown("# Title\n\n## `crunch up` doesn't start\n\n## Same\n\n### Same\n");
  expect(title).toBe('Title');
  expect(headings).toEqual([
    { level: 2, id: 'crunch-up-doesnt-start', text: "crunch up doesn't start" },
    { level: 2, id: 'same', text: 'Same' },
    { level: 3, id: 'same-1', text: 'Same' },
  ]);
});

test('links to pages lose their ending, others stay', () => {
  const { html, links } = renderMarkdown(
    '[a](b-c.md#d) [i](index.md) [e](https://example.org/x.md) ![p](images/p.svg)',
  );
  expect(html).toContain('href="b-c#d"');
  expect(html).toContain('href="./"');
  expect(html).toContain('href="https://example.org/x.md"');
  expect(links).toEqual(['b-c.md#d', 'index.md', 'https://example.org/x.md', 'images/p.svg']);
});

test('what is wide scrolls by itself and can be reached by keyboard; only the language of a block is shown', () => {
  const { html } = renderMarkdown('| a |\n| - |\n| b |\n\n```sh test=x\nls <a>\n```\n');
  expect(html).toContain('<div class="wide" tabindex="0">');
  expect(html).toContain('<pre tabindex="0"><code class="language-sh">ls &lt;a&gt;\n</code></pre>');
});

import { XSS_VECTORS } from '../../test/helpers/xss-vectors.ts';
import { renderMarkdown } from './render-markdown.ts';

/** Tags with their attributes, of which the renderer writes each value in double quotes and escaped. */
const TAG = /<\/?([a-z][a-z0-9]*)((?: [a-z]+="[^"<>]*")*) ?\/?>/g;
const OURS = ['a', 'blockquote', 'br', 'code', 'div', 'em', 'h1', 'hr', 'img', 'li', 'ol', 'p', 'pre', 'strong'];
const TABLE = ['table', 'tbody', 'td', 'th', 'thead', 'tr', 'ul'];
const ATTRIBUTES = ['alt', 'class', 'href', 'id', 'src', 'tabindex', 'title'];

function faultsOf(html: string): string[] {
  const faults: string[] = [];
  for (const [tag, name = '', attributes = ''] of html.matchAll(TAG)) {
    if (![...OURS, ...TABLE].includes(name)) faults.push(tag);
    for (const [, key = '', value = ''] of attributes.matchAll(/ ([a-z]+)="([^"]*)"/g)) {
      if (!ATTRIBUTES.includes(key)) faults.push(tag);
      if (['href', 'src'].includes(key) && !/^(https?:|mailto:|(?!.*:)|[^:]*[/?#])/i.test(value)) faults.push(tag);
    }
  }
  // Whatever else begins like a tag is none of the renderer's.
  if (html.replaceAll(TAG, '').includes('<')) faults.push(html);
  return faults;
}

test('there are more than a hundred vectors', () => {
  expect(new Set(XSS_VECTORS).size).toBeGreaterThan(150);
});

test.each(XSS_VECTORS)('%j makes nothing but markup of ours', (vector) => {
  const { html } = renderMarkdown(vector);
  expect(faultsOf(html)).toEqual([]);
  expect(renderMarkdown(`# Title\n\nText ${vector} text`).html).toMatch(/^<h1/);
  expect(faultsOf(renderMarkdown(`- ${vector}\n- [link](https://example.org) *and* **more**`).html)).toEqual([]);
});

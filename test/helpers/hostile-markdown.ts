/** What would be seen if any of it ran. */
const CODE = 'globalThis.executed=1';

const TAGS = [
  ...['img', 'svg', 'video', 'audio', 'body', 'iframe', 'object', 'embed', 'input', 'details', 'math', 'marquee'],
  ...['link', 'base', 'form'],
];
const HANDLERS = ['onerror', 'onload', 'onfocus', 'ontoggle'];

const ADDRESSES = [
  `javascript:${CODE}`,
  `JaVaScRiPt:${CODE}`,
  `javascript&colon;${CODE}`,
  `&#106;avascript:${CODE}`,
  `&#x6A;&#x61;vascript:${CODE}`,
  `java%0ascript:${CODE}`,
  `javascript%3A${CODE}`,
  `\u0001javascript:${CODE}`,
  `view-source:javascript:${CODE}`,
  `vbscript:${CODE}`,
  `data:text/html,<script>${CODE}</script>`,
  `data:image/svg+xml,<svg onload=${CODE}>`,
  `blob:https://example.org/${CODE}`,
  'file:///etc/passwd',
  '//evil.example/',
  '/\\evil.example/',
];

/** Ways in which somebody may try to make a reader's browser do something by what they write, each a paragraph. */
export const HOSTILE_MARKDOWN = [
  ...ADDRESSES.map((address) => `[inline](<${address}>)`),
  ...ADDRESSES.map((address, row) => `[reference][a${row}]\n\n[a${row}]: <${address}>`),
  ...ADDRESSES.map((address) => `![picture](<${address}>)`),
  ...ADDRESSES.map((address) => `<${address}>`),
  `[title](https://example.org '" onmouseover=${CODE} x="')`,
  `\`\`\`"><img src=x onerror=${CODE}>\nx\n\`\`\``,
  ...TAGS.flatMap((tag) => HANDLERS.map((handler) => `<${tag} src=x href=x autofocus open ${handler}=${CODE}>`)),
  ...TAGS.map((tag) => `<${tag}><script>${CODE}</script>`),
  ...[`<script>${CODE}</script>`, `<scr<script>ipt>${CODE}</script>`, `<!--><script>${CODE}</script>-->`],
  `<noscript><p title="</noscript><img src=x onerror=${CODE}>">`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--><img src=x onerror=${CODE}>">`,
  `<svg></p><style><a id="</style><img src=x onerror=${CODE}>">`,
  // The last one, since all that comes after it is its own.
  `<style onload=${CODE}>@import 'https://evil.example/x.css'`,
];

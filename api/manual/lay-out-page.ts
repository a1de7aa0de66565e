import { escapeHtml, type Heading, type RenderedMarkdown } from './render-markdown.ts';

/** A page in the list of all pages. */
export interface PageLink {
  /** Relative to `/docs/`. */
  address: string;
  title: string;
}

export interface PageParts {
  page: RenderedMarkdown;
  /** Relative to `/docs/`; undefined for what is none of the list. */
  address?: string;
  pages: readonly PageLink[];
}

/** The whole HTML of a page: the list of pages, the page's own contents, and what it says. */
export function layOutPage({ page, address, pages }: PageParts): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${escapeHtml(page.title)} · Crunch</title>
    <link rel="stylesheet" href="/docs/style.css" />
  </head>
  <body>
    <a class="skip" href="#content">Skip to the text</a>
    <nav class="pages" aria-label="All pages">
      <a class="back" href="/">← Back to Crunch’s pages</a>
${listPages(pages, address)}
    </nav>
    <main id="content" tabindex="-1">
${insertContents(page)}    </main>
  </body>
</html>
`;
}

function listPages(pages: readonly PageLink[], current: string | undefined): string {
  const items = pages.map(({ address, title }) => {
    const mark = address === current ? ' aria-current="page"' : '';
    return `        <li><a href="/docs/${address}"${mark}>${escapeHtml(title)}</a></li>`;
  });
  return ['      <ul>', ...items, '      </ul>'].join('\n');
}

/** The contents come behind the page's own heading, to be read and heard in this order. */
function insertContents({ html, headings }: RenderedMarkdown): string {
  return html.replace('</h1>\n', (end) => end + contentsOf(headings));
}

/** Only of a page that is longer than a screen or so. */
function contentsOf(headings: readonly Heading[]): string {
  const shown = headings.filter(({ level }) => level === 2);
  if (shown.length < 3) return '';
  const items = shown.map(({ id, text }) => `<li><a href="#${escapeHtml(id)}">${escapeHtml(text)}</a></li>`);
  return `<nav class="contents" aria-label="On this page"><ul>\n${items.join('\n')}\n</ul></nav>\n`;
}

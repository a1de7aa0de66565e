import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { packageFolder } from '../../platform/package-folder.ts';
import { layOutPage, type PageLink } from './lay-out-page.ts';
import { renderMarkdown, type RenderedMarkdown } from './render-markdown.ts';

/** What an address of the manual gives. */
export interface ManualFile {
  /** Its extension, which stands for its type. */
  type: string;
  body: string | Buffer;
}

export interface Manual {
  /** By address, relative to `/docs/`; the first page has the empty one. */
  files: ReadonlyMap<string, ManualFile>;
  /** For any other address. */
  missingPage: string;
}

const INDEX = 'index.md';

const MISSING = renderMarkdown(
  '# There is no such page\n\nIt may have got another name. [The first page](index.md) names all there are.\n',
);

/** Reads the folder `docs` and renders its pages, in the order in which the first one names them. */
export function readManual(folder = new URL('docs/', packageFolder())): Manual {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  const rendered = new Map(
    names
      .filter((name) => extname(name) === '.md')
      .map((name): [string, RenderedMarkdown] => [name, renderMarkdown(readFileSync(new URL(name, folder), 'utf8'))]),
  );
  const pages = listPages(rendered);
  const files = new Map<string, ManualFile>();
  for (const [name, page] of rendered) {
    const address = addressOf(name);
    files.set(address, { type: '.html', body: layOutPage({ page, address, pages }) });
  }
  for (const name of names.filter((it) => /\.(css|svg|png)$/.test(it))) {
    files.set(name, { type: extname(name), body: readFileSync(new URL(name, folder)) });
  }
  return { files, missingPage: layOutPage({ page: MISSING, pages }) };
}

function listPages(rendered: ReadonlyMap<string, RenderedMarkdown>): PageLink[] {
  const named = [INDEX, ...(rendered.get(INDEX)?.links ?? [])];
  return [...new Set(named)].flatMap((name) => {
    const page = rendered.get(name);
    return page ? [{ address: addressOf(name), title: page.title }] : [];
  });
}

function addressOf(name: string): string {
  return name === INDEX ? '' : name.slice(0, -extname(name).length);
}

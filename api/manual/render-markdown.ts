import GithubSlugger from 'github-slugger';
import MarkdownIt from 'markdown-it';
import type { Token } from 'markdown-it';

/** A heading below the page's own, which a link can name. */
export interface Heading {
  level: number;
  id: string;
  text: string;
}

/** A page of the manual as HTML. */
export interface RenderedMarkdown {
  /** The text of its first heading. */
  title: string;
  html: string;
  headings: Heading[];
  /** Where its links and images lead, as written. */
  links: string[];
}

/** HTML in a page is shown as text: the only markup is what this makes. */
const markdown = new MarkdownIt({ html: false });

/** What can be wider than a phone is scrolled by itself, also with the keyboard. */
const { rules } = markdown.renderer;
rules['table_open'] = () => '<div class="wide" tabindex="0">\n<table>\n';
rules['table_close'] = () => '</table>\n</div>\n';
rules['fence'] = (tokens, index) => {
  const { info = '', content = '' } = tokens[index] ?? {};
  const language = escapeHtml(info.split(/\s/, 1)[0] ?? '');
  return `<pre tabindex="0"><code class="language-${language}">${escapeHtml(content)}</code></pre>\n`;
};

export function escapeHtml(text: string): string {
  return markdown.utils.escapeHtml(text);
}

/**
 * Renders a Markdown file of `docs/`. Headings get the ids that they have in a repository's file browser, and links to
 * other pages lose their `.md`, so that the same links work here and there.
 */
export function renderMarkdown(text: string): RenderedMarkdown {
  const tokens = markdown.parse(text, {});
  const headings = nameHeadings(tokens);
  const links = collectLinks(tokens);
  for (const token of inlineTokens(tokens)) {
    if (token.type === 'link_open') token.attrSet('href', servedAddress(String(token.attrGet('href'))));
  }
  const [first, ...others] = headings;
  return {
    title: first?.text ?? '',
    html: markdown.renderer.render(tokens, markdown.options, {}),
    headings: others,
    links,
  };
}

function nameHeadings(tokens: Token[]): Heading[] {
  const slugger = new GithubSlugger();
  return tokens.flatMap((token, index) => {
    if (token.type !== 'heading_open') return [];
    const text = (tokens[index + 1]?.children ?? []).map(({ content }) => content).join('');
    const id = slugger.slug(text);
    token.attrSet('id', id);
    return [{ level: Number(token.tag.slice(1)), id, text }];
  });
}

function collectLinks(tokens: Token[]): string[] {
  return inlineTokens(tokens).flatMap((token) => {
    const address = token.attrGet(token.type === 'image' ? 'src' : 'href');
    return address === null ? [] : [String(address)];
  });
}

function inlineTokens(tokens: Token[]): Token[] {
  return tokens.flatMap((token) => token.children ?? []);
}

/** `snakemake.md#cores` → `snakemake#cores`, `index.md` → `./`; addresses of elsewhere stay. */
function servedAddress(address: string): string {
  return address.replace(/^index\.md/, './').replace(/^([\w-]+)\.md/, '$1');
}

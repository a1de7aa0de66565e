import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import MarkdownIt from 'markdown-it';

/** A fenced block of a page: what stands behind the three ticks, and what it holds. */
export interface Fence {
  /** For messages: `docs/snakemake.md:17`. */
  place: string;
  language: string;
  /** The words behind the language: `test=login on=host` gives `test` and `on`; a word alone has an empty value. */
  marks: Record<string, string>;
  content: string;
}

/** A page of the manual, as it is written. */
export interface ManualPage {
  /** Without its ending. */
  name: string;
  text: string;
  fences: Fence[];
}

export const MANUAL_FOLDER = 'docs';

const markdown = new MarkdownIt();

export async function readManualPages(): Promise<ManualPage[]> {
  const names = (await readdir(MANUAL_FOLDER)).filter((name) => name.endsWith('.md'));
  return Promise.all(names.map((name) => readManualPage(name.slice(0, -'.md'.length))));
}

export async function readManualPage(name: string): Promise<ManualPage> {
  const file = path.join(MANUAL_FOLDER, `${name}.md`);
  const text = await readFile(file, 'utf8');
  return { name, text, fences: readFences(text, file) };
}

function readFences(text: string, file: string): Fence[] {
  return markdown.parse(text, {}).flatMap(({ type, info, content, map }) => {
    if (type !== 'fence') return [];
    const [language = '', ...words] = info.trim().split(/\s+/);
    const marks = words.map((word): [string, string] => {
      const [mark = '', value = ''] = word.split('=', 2);
      return [mark, value];
    });
    return [{ place: `${file}:${(map?.[0] ?? 0) + 1}`, language, marks: Object.fromEntries(marks), content }];
  });
}

/** The rows of the tables below a heading, without their heads, each a list of cells as written. */
export function tableRows(text: string, heading: string): string[][] {
  const section = sectionOf(text, heading);
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  const cells = rows.map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
  return cells.filter((row, index) => !isRule(row) && !isRule(cells[index + 1] ?? []));
}

/** From a heading to the next one of its level or above. */
function sectionOf(text: string, heading: string): string {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.replace(/^#+ /, '') === heading && line.startsWith('#'));
  if (start === -1) throw new Error(`there is no heading “${heading}”`);
  const level = /^#+/.exec(lines[start]!)![0].length;
  const length = lines.slice(start + 1).findIndex((line) => (/^#+(?= )/.exec(line)?.[0].length ?? 99) <= level);
  return lines.slice(start, length === -1 ? undefined : start + 1 + length).join('\n');
}

function isRule(row: string[]): boolean {
  return row.length > 0 && row.every((cell) => /^:?-+:?$/.test(cell));
}

/** What stands in backticks. */
export function codeSpans(text: string): string[] {
  return Array.from(text.matchAll(/`([^`\n]+)`/g), ([, code]) => code!);
}

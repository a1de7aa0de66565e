import { execFile } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { z } from 'zod';
import { renderMarkdown } from '../../api/manual/render-markdown.ts';
import { createProgram } from '../../cli/create-program.ts';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { Terminal } from '../../cli/output/terminal.ts';
import { POLICY_HELP } from '../../cli/services/policy-help.ts';
import { SERVICES_HELP } from '../../cli/services/services-help.ts';
import { DATASET_STATES } from '../../shared/domain/dataset-state.ts';
import { FAILURE_CLASSES } from '../../shared/domain/failure-class.ts';
import { readStorageSettings, StorageSettings } from '../../storage/storage-settings.ts';
import { codeSpans, MANUAL_FOLDER, readManualPages, tableRows, type ManualPage } from '../helpers/manual-pages.ts';
import { outputPattern } from '../helpers/page-run.ts';
import { SKIPPED_BLOCKS } from '../helpers/skipped-blocks.ts';

let pages: ManualPage[];
let reference: string;

beforeAll(async () => {
  pages = await readManualPages();
  reference = pages.find((page) => page.name === 'reference')!.text;
});

async function trackedFiles(...patterns: string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)('git', [
    'ls-files',
    '-z',
    '-co',
    '--exclude-standard',
    '--',
    ...patterns,
  ]);
  return stdout.split('\0').filter((file) => file !== '');
}

/** The text of everything that is shipped. */
async function readSources(): Promise<{ file: string; text: string }[]> {
  const files = (await trackedFiles('*.ts')).filter(
    (file) => !/[.]test[.]ts$|^(test|scripts|examples|web)\//.test(file),
  );
  return Promise.all(files.map(async (file) => ({ file, text: await readFile(file, 'utf8') })));
}

describe('links', () => {
  test('of all Markdown files lead to files and headings that there are', async () => {
    const broken: string[] = [];
    for (const file of await trackedFiles('*.md')) {
      for (const link of renderMarkdown(await readFile(file, 'utf8')).links) {
        if (/^(https?|mailto):/.test(link)) continue;
        const [target = '', anchor] = link.split('#', 2);
        const place = target === '' ? file : path.join(path.dirname(file), target);
        const exists = await access(place).then(
          () => true,
          () => false,
        );
        if (!exists || (anchor !== undefined && !(await hasAnchor(place, anchor)))) broken.push(`${file}: ${link}`);
      }
    }
    expect(broken).toEqual([]);
  });

  async function hasAnchor(file: string, anchor: string): Promise<boolean> {
    const { headings } = renderMarkdown(await readFile(file, 'utf8'));
    return headings.some(({ id }) => id === anchor);
  }

  test('of the manual stay in it, so that they also work where it is served, and its first page has all pages', async () => {
    const leading = pages.flatMap(({ name, text }) => renderMarkdown(text).links.map((link) => ({ name, link })));
    expect(leading.filter(({ link }) => link.startsWith('..') || link.startsWith('/'))).toEqual([]);
    const index = leading.filter(({ name }) => name === 'index').map(({ link }) => link);
    const others = pages.map(({ name }) => name).filter((name) => name !== 'index');
    expect(index).toEqual(expect.arrayContaining(others.map((name) => `${name}.md`)));
  });
});

describe('the reference', () => {
  test('has the exit codes that there are', () => {
    const told = tableRows(reference, 'Exit codes').map(([code, meaning]) => [code, meaning]);
    expect(told).toEqual(Object.entries(EXIT_CODES));
  });

  test('has the variables that the code reads, or gives to workflows, and no other', async () => {
    const told = tableRows(reference, 'Environment variables').flatMap(([names = '']) => codeSpans(names));
    const ours = told.filter((name) => /^(CRUNCH|XDG)_/.test(name));
    const sources = await readSources();
    // What it names is passed on from the host, and not read.
    const reading = sources.filter(({ file }) => file !== 'platform/program-environment.ts');
    const named = reading.flatMap(({ text }) => variablesIn(text));
    expect(new Set(ours)).toEqual(new Set(named));
    const foreign = `${SERVICES_HELP}${POLICY_HELP}`.match(/\b(TEMPORAL|AWS)_[A-Z_]+/g)!;
    expect(new Set(told.filter((name) => /^(TEMPORAL|AWS)_/.test(name)))).toEqual(new Set(foreign));
  });

  /** As a text (`'CRUNCH_X'`), of an environment (`env.CRUNCH_X`), or given (`CRUNCH_X: value`, `CRUNCH_X=value`). */
  function variablesIn(text: string): string[] {
    const pattern =
      /'((?:CRUNCH|XDG)_[A-Z_]+)'|\benv(?:ironment)?\.((?:CRUNCH|XDG)_[A-Z_]+)|\b(CRUNCH_[A-Z_]+)[:=] ?[^=;]/g;
    return Array.from(text.matchAll(pattern), ([, quoted, read, given]) => quoted ?? read ?? given!);
  }

  test('has the states of a dataset that one can be in, and all classes of failure but “cancelled”', () => {
    const states = tableRows(reference, 'States of a dataset').flatMap(([state = '']) => codeSpans(state));
    // Nothing pauses a dataset yet.
    expect(states).toEqual(DATASET_STATES.filter((state) => state !== 'paused'));
    const classes = tableRows(reference, 'Who or what a run failed by').flatMap(([word = '']) => codeSpans(word));
    expect(classes).toEqual(FAILURE_CLASSES.filter((word) => word !== 'cancelled'));
  });
});

describe('storage settings', () => {
  const page = () => pages.find(({ name }) => name === 'storage')!;

  test.each(['A folder', 'S3'])('%s: the page has every field, and no other', (heading) => {
    const told = tableRows(page().text, heading).flatMap(([field = '']) => codeSpans(field));
    const kind = heading === 'S3' ? 's3' : 'folder';
    const schema = StorageSettings.options.find((option) => option.shape.kind.value === kind)!;
    expect(told.toSorted()).toEqual(fieldsOf(schema).toSorted());
  });

  function fieldsOf(schema: z.ZodObject): string[] {
    return Object.entries(schema.shape).flatMap(([name, field]) => {
      const inner = field instanceof z.ZodOptional ? field.unwrap() : field;
      return inner instanceof z.ZodObject ? fieldsOf(inner).map((below) => `${name}.${below}`) : [name];
    });
  }

  test('the files of the page are read as they stand', async () => {
    const files = page().fences.filter(({ marks }) => marks['file'] !== undefined);
    expect(files.map(({ marks }) => marks['file'])).toEqual(['folder.toml', 's3.toml', 's3.json']);
    const { mkdtemp, rm, writeFile } = await import('node:fs/promises');
    const folder = await mkdtemp('/tmp/crunch-settings-');
    try {
      for (const { marks, content } of files) {
        const file = path.join(folder, marks['file']!);
        await writeFile(file, content);
        await expect(readStorageSettings(file)).resolves.toMatchObject({ kind: marks['file']!.split('.', 1)[0] });
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('commands', () => {
  test('every block of commands is run by a test, or says why not', () => {
    const blocks = pages.flatMap(({ fences }) => fences).filter(({ language }) => language === 'sh');
    const unmarked = blocks.filter(({ marks }) => !['test', 'skip', 'values'].some((mark) => mark in marks));
    expect(unmarked.map(({ place }) => place)).toEqual([]);
    const reasons = blocks.flatMap(({ marks }) => marks['skip'] ?? []);
    expect(new Set(reasons)).toEqual(new Set(Object.keys(SKIPPED_BLOCKS)));
  });

  test('every `crunch` that a page shows is there, with these options', () => {
    const nowhere = new PassThrough();
    const program = createProgram(
      new Terminal({ stdin: nowhere, stdout: nowhere, stderr: nowhere, env: {}, json: false }),
    );
    const wrong = pages.flatMap(({ name, text }) =>
      shownCommands(text).flatMap((line) => findFaults(program, line).map((fault) => `${name}: ${line}: ${fault}`)),
    );
    expect(wrong).toEqual([]);
  });

  /** From the name on, in lines and in running text; a line that ends in a backslash goes on. */
  function shownCommands(text: string): string[] {
    const spans = codeSpans(text.replace(/^```[\s\S]*?^```$/gm, ''));
    const lines = text
      .replace(/\\\n\s*/g, '')
      .split('\n')
      .filter((line) => /^(?!#)[^`|]*\bcrunch [a-z-]/.test(line));
    const fenced = Array.from(
      text.matchAll(/^```(?:sh|bash|ini)[^\n]*\n([\s\S]*?)^```$/gm),
      ([, content]) => content!,
    ).join('\n');
    const shown = [...spans, ...lines.filter((line) => fenced.includes(line))];
    return shown.flatMap((line) => /(?:^|[\s/])crunch (.*)/.exec(line)?.[1] ?? []);
  }

  function findFaults(program: Command, line: string): string[] {
    const words = line.split(/\s+/);
    let command = program;
    while (words[0] !== undefined) {
      const found = command.commands.find((it) => it.name() === words[0]);
      if (found === undefined) break;
      command = found;
      words.shift();
    }
    if (command.commands.length > 0 && /^[a-z-]+$/.test(words[0] ?? '') && !words[0]!.startsWith('-')) {
      return [`there is no command ${words[0]}`];
    }
    const known = new Set(['--help', '--version', ...command.options.map(({ long }) => long)]);
    const given = words.filter((word) => /^--[a-z]/.test(word)).map((word) => /^--[a-z-]+/.exec(word)![0]);
    return given.filter((option) => !known.has(option)).map((option) => `there is no option ${option}`);
  }
});

test('every message of the page on troubleshooting is one of the code’s', async () => {
  const sources = (await readSources()).map(({ text }) => text).join('\n');
  // Texts that are put together from several lines are one text.
  const text = sources.replace(/['`"] \+\s*['`"]/g, '').replaceAll('\\`', '`');
  const troubles = pages.find(({ name }) => name === 'troubleshooting')!.text;
  const messages = troubles.split('\n').flatMap((line) => /^\| `([^`]+)` +\|/.exec(line)?.[1] ?? []);
  expect(messages.length).toBeGreaterThan(80);
  const unknown = messages.filter((message) => fragmentsOf(message).some((part) => !text.includes(part)));
  expect(unknown).toEqual([]);
});

/** What a message says whatever it is about; single words are too common to tell anything. */
function fragmentsOf(message: string): string[] {
  return message
    .split('…')
    .map((part) => part.trim())
    .filter((part) => part.length > 3);
}

test('expected output allows for what differs, and for nothing else', () => {
  const pattern = outputPattern('…\nrow  … 7\nend');
  expect(pattern.test('first\nrow of 7\nend\nlast\n')).toBe(true);
  expect(pattern.test('row of   7 \n  end\n')).toBe(true);
  expect(pattern.test('row of 7\nother\nend\n')).toBe(false);
  expect(pattern.test('row of 8\nend\n')).toBe(false);
});

test('images that pages show are in the manual', async () => {
  const images = pages.flatMap(({ text }) => renderMarkdown(text).links).filter((link) => /[.](svg|png)$/.test(link));
  expect(images.length).toBeGreaterThan(0);
  for (const image of images) await expect(access(path.join(MANUAL_FOLDER, image))).resolves.toBeUndefined();
});

import { once } from 'node:events';
import { styleText } from 'node:util';
import type { CrunchError } from '../../shared/errors/crunch-error.ts';
import { printable } from './printable.ts';

type Style = Parameters<typeof styleText>[0];

export interface OutputStream extends NodeJS.WritableStream {
  isTTY?: boolean;
  columns?: number;
}

export interface InputStream extends NodeJS.ReadableStream {
  isTTY?: boolean;
}

export interface TerminalOptions {
  stdin: InputStream;
  stdout: OutputStream;
  stderr: OutputStream;
  env: NodeJS.ProcessEnv;
  json: boolean;
}

/**
 * Where a command's output goes: results on stdout, for people or as JSON; everything about the way there on stderr,
 * and only for people.
 */
export class Terminal {
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: InputStream;
  readonly stderr: OutputStream;
  readonly json: boolean;
  /** True where a person watches stderr, so that a progress bar makes sense. */
  readonly interactive: boolean;
  /** What the process ends with unless an error is thrown. */
  exitCode = 0;
  /** Whether the command ends when the reader of its output goes away, as `head` does. */
  endsWithReader = true;

  readonly #stdout: OutputStream;
  readonly #colours: boolean;

  constructor({ stdin, stdout, stderr, env, json }: TerminalOptions) {
    this.#stdout = stdout;
    this.env = env;
    this.stdin = stdin;
    this.stderr = stderr;
    this.json = json;
    this.interactive = Boolean(stderr.isTTY) && !json && env['TERM'] !== 'dumb';
    this.#colours = Boolean(stdout.isTTY) && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  }

  /** Writes text and a line end to stdout. */
  print(text: string): void {
    this.#stdout.write(`${text}\n`);
  }

  /** Writes bytes to stdout as they come, no faster than they are read. */
  async printStream(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const chunk of chunks) {
      if (!this.#stdout.write(chunk)) await once(this.#stdout, 'drain');
    }
  }

  /** Writes one JSON value on one line to stdout. */
  printJson(value: unknown): void {
    this.#stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** Writes a result: as JSON, or as text for people. No text means that people see nothing on stdout. */
  printResult<T>(value: T, present: (value: T) => string | undefined): void {
    if (this.json) return this.printJson(value);
    const text = present(value);
    if (text !== undefined) this.print(text);
  }

  /** Tells people something on the way: a line on stderr, nothing with `--json`. */
  note(text: string): void {
    if (!this.json) this.stderr.write(`${text}\n`);
  }

  /** Styles text for stdout where stdout is a terminal that shows colours and nobody set NO_COLOR. */
  style(style: Style, text: string): string {
    return this.#colours ? styleText(style, text, { validateStream: false }) : text;
  }

  /** Writes an error: lines on stderr, or with `--json` one document on stdout. */
  printError({ code, message, fields }: CrunchError): void {
    if (this.json) {
      return this.printJson({ error: { code, message, ...(fields.length > 0 && { errors: fields }) } });
    }
    this.stderr.write(`error: ${printable(message)}\n`);
    for (const fault of fields) this.stderr.write(`  ${printable(`${fault.path}: ${fault.message}`)}\n`);
  }
}

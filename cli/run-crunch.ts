import { CommanderError } from 'commander';
import { CrunchError, messageOf } from '../shared/errors/crunch-error.ts';
import { createProgram } from './create-program.ts';
import { explainSystemError } from './output/explain-system-error.ts';
import { Terminal, type TerminalOptions } from './output/terminal.ts';

type Surroundings = Omit<TerminalOptions, 'json'>;

/** Runs one command line, without `node` and the script's name, and gives the exit code. Never throws. */
export async function runCrunch(commandLine: string[], surroundings: Surroundings): Promise<number> {
  const { stdin, stdout, stderr, env } = surroundings;
  const terminal = new Terminal({ stdin, stdout, stderr, env, json: asksForJson(commandLine) });
  for (const stream of [stdout, stderr]) stream.on('error', (error) => endWithReader(error, terminal));
  try {
    await createProgram(terminal).parseAsync(commandLine, { from: 'user' });
    return terminal.exitCode;
  } catch (error) {
    return reportError(error, terminal);
  }
}

/** Decided before the command line is parsed, because a faulty one is answered as JSON too. */
function asksForJson(commandLine: string[]): boolean {
  const end = commandLine.indexOf('--');
  return (end === -1 ? commandLine : commandLine.slice(0, end)).includes('--json');
}

function reportError(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) return reportUsage(error, terminal);
  const known = error instanceof CrunchError ? error : (explainSystemError(error) ?? unforeseen(error));
  terminal.printError(known);
  return known.exitCode;
}

function unforeseen(error: unknown): CrunchError {
  return new CrunchError('internal', `Unforeseen: ${messageOf(error)}`);
}

function reportUsage(ended: CommanderError, terminal: Terminal): number {
  // Help and version were asked for and have been printed.
  if (ended.exitCode === 0) return 0;
  const noCommand = ended.code === 'commander.help';
  const message = noCommand ? 'No command is given. See `crunch --help`.' : ended.message.replace(/^error: /, '');
  const error = new CrunchError('invalid-input', message);
  // Without a command, people have been shown the help instead.
  if (!noCommand || terminal.json) terminal.printError(error);
  return error.exitCode;
}

/** A reader such as `head` may leave before the end; that is no error of ours. */
function endWithReader(error: NodeJS.ErrnoException, terminal: Terminal): void {
  if (error.code !== 'EPIPE') throw error;
  if (terminal.endsWithReader) process.exit(0);
}

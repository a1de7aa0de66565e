import type { Command } from 'commander';
import { ANY_COMMAND, describeExitCodes, type ExitCode } from './exit-codes.ts';
import type { Terminal } from './output/terminal.ts';

interface CommandDefinition<Arguments extends unknown[], Options> {
  name: string;
  /** One line for the list of commands. */
  summary: string;
  /** What a person should know beside the summary and the options. */
  details?: string;
  /** A command line that works as it stands, given its names. */
  example: string;
  /** The exit codes that it may end with beside those of any command. */
  exitCodes?: readonly ExitCode[];
  /** True for the one of a group that runs when none of it is named. */
  isDefault?: boolean;
  /** True for a command that goes on with its work when nobody reads its output any more. */
  outlivesReader?: boolean;
  /** Adds arguments and options; must not import anything heavy. */
  configure?(command: Command): Command;
  /**
   * Does the work: options → call → present. Everything heavy is imported in here.
   * Ends with exit code 0 unless it throws or sets `terminal.exitCode`.
   */
  run(terminal: Terminal, given: Arguments, options: Options): Promise<void>;
}

/** Adds a command to the program or to a group of commands. */
export type CommandAdder = (parent: Command, terminal: Terminal) => void;

/** Makes a command that can be added to the program. Every command has `--json`, an example and its exit codes in its help. */
export function defineCommand<Arguments extends unknown[], Options>(
  definition: CommandDefinition<Arguments, Options>,
): CommandAdder {
  return (parent, terminal) => {
    const command = parent.command(definition.name, { isDefault: definition.isDefault }).summary(definition.summary);
    command.description([definition.summary, definition.details].filter(Boolean).join('\n\n'));
    definition.configure?.(command);
    command
      .option('--json', 'print JSON instead of text')
      .addHelpText('after', () => helpEnding(definition))
      .action(async (...received: unknown[]) => {
        const options = received.at(-2) as Options;
        const given = received.slice(0, -2) as Arguments;
        terminal.endsWithReader = !definition.outlivesReader;
        await definition.run(terminal, given, options);
      });
  };
}

interface GroupDefinition {
  name: string;
  summary: string;
  example: string;
  members: readonly CommandAdder[];
}

/** Makes a command that only holds others, such as `crunch token`. */
export function defineCommandGroup({ name, summary, example, members }: GroupDefinition): CommandAdder {
  return (parent, terminal) => {
    const group = parent.command(name).summary(summary).description(summary);
    group.helpCommand(false).addHelpText('after', () => helpEnding({ example }));
    for (const addMember of members) addMember(group, terminal);
  };
}

function helpEnding({ example, exitCodes = [] }: { example: string; exitCodes?: readonly ExitCode[] }): string {
  return `\nExample:\n  ${example}\n\nExit codes:\n${describeExitCodes([...ANY_COMMAND, ...exitCodes])}`;
}

import { Option, type Command } from 'commander';
import type { ActionResult } from '../../shared/contract/actions.ts';
import { WORKSPACE_FATES, type WorkspaceFate } from '../../shared/domain/dataset-state.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { assertProjectsExist } from '../connection/assert-projects-exist.ts';
import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand, type CommandAdder } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import type { Terminal } from '../output/terminal.ts';
import { addFilterOptions, type FilterOptions } from '../values/filter-options.ts';

interface ChangeOptions extends ServerOptions, FilterOptions {
  dryRun?: boolean;
  reason?: string;
  workspace?: WorkspaceFate;
}

interface Action {
  name: 'queue' | 'retry' | 'cancel';
  operation: 'queueDatasets' | 'retryDatasets' | 'cancelDatasets';
  summary: string;
  details?: string;
  example: string;
  /** Adds options of its own. */
  addOptions?: (command: Command) => Command;
}

const ACTIONS: readonly Action[] = [
  {
    name: 'queue',
    operation: 'queueDatasets',
    summary: 'Queue drafts, so that hosts take them',
    details: 'A held draft is queued only when it is named, or by a filter on held.',
    example: 'crunch queue --project penguins',
  },
  {
    name: 'retry',
    operation: 'retryDatasets',
    summary: 'Run settled datasets again, from the start',
    details: 'Completed ones are run again only when they are named, with --state completed, or by a filter on state.',
    example: 'crunch retry --filter \'state = failed and finished > -1d and reason ~ "disk"\' --dry-run',
  },
  {
    name: 'cancel',
    operation: 'cancelDatasets',
    summary: 'Cancel queued and running datasets',
    details: 'One that no host has taken yet is again what its last run left; without such a run it is cancelled.',
    example: 'crunch cancel penguins:torgersen --reason "wrong input"',
    addOptions: addCancelOptions,
  },
];

/** `crunch queue`, `retry` and `cancel`. */
export const datasetActionAdders: readonly CommandAdder[] = ACTIONS.map((action) =>
  defineCommand<[datasets: string[]], ChangeOptions>({
    name: action.name,
    summary: action.summary,
    details: [action.details, 'Name datasets, or pick them by --project, --state and --filter. Prints a slug a line.']
      .filter(Boolean)
      .join(' '),
    example: action.example,
    exitCodes: [...SERVER_COMMAND, 4, 5, 6],
    configure(command) {
      addFilterOptions(command.argument('[dataset...]', 'slugs of datasets')).option(
        '--dry-run',
        'change nothing, print the slugs of the datasets that would change',
      );
      action.addOptions?.(command);
      return addServerOptions(command);
    },
    async run(terminal, [datasets], { project = [], state = [], filter, dryRun = false, ...options }) {
      const { reason, workspace, ...server } = options;
      if (datasets.length + project.length + state.length === 0 && filter === undefined) {
        throw new CrunchError('invalid-input', 'Which datasets? Name them, or give --project, --state or --filter.');
      }
      const client = await openClient(terminal, server);
      const result = await client[action.operation]({
        body: { datasets, projects: project, states: state, filter, dryRun, reason, workspace },
      });
      if (result.items.length + result.refused.length === 0) await assertProjectsExist(client, project);
      printResult(terminal, result);
    },
  }),
);

function addCancelOptions(command: Command): Command {
  return command
    .option('--reason <text>', 'why, for those who wonder')
    .addOption(
      new Option('--workspace <fate>', 'what becomes of the folder on the host that has it').choices(WORKSPACE_FATES),
    );
}

function printResult(terminal: Terminal, result: ActionResult): void {
  const error = faultOf(result);
  terminal.exitCode = error?.exitCode ?? 0;
  if (terminal.json) {
    return terminal.printJson({ ...result, ...(error && { error: { code: error.code, message: error.message } }) });
  }
  for (const slug of result.items) terminal.print(slug);
  if (error) terminal.printError(error);
}

/** What could not be done although it was asked for by name is an error, even when the rest was done. */
function faultOf({ items, refused }: ActionResult): CrunchError | undefined {
  if (refused.length > 0) {
    const fields = refused.map(({ slug, reason }) => ({ path: slug, message: reason }));
    const code = refused.some((refusal) => refusal.code === 'not-found') ? 'not-found' : 'conflict';
    return new CrunchError(code, `${refused.length} of the named datasets could not be changed`, { fields });
  }
  return items.length > 0 ? undefined : new CrunchError('nothing-to-do', 'No dataset matches. There is nothing to do.');
}

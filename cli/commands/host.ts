import { Option, type Command } from 'commander';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand, type CommandAdder } from '../define-command.ts';
import { SERVER_COMMAND, type ExitCode } from '../exit-codes.ts';
import type { HostCommandOptions } from '../host/process-datasets.ts';
import { ENGINES } from '../../shared/domain/engine.ts';
import { collect } from '../values/collect.ts';
import { parseCores } from '../values/parse-cores.ts';
import { parseDurationMs } from '../values/parse-duration.ts';
import { integerBetween } from '../values/parse-number.ts';

const EXIT_CODES: readonly ExitCode[] = [...SERVER_COMMAND, 5, 12, 14, 130];

/** `crunch loop`, `next` and `run`: this computer becomes a host. */
export const hostCommandAdders: readonly CommandAdder[] = [
  defineCommand<[], HostCommandOptions & { untilEmpty?: boolean }>({
    name: 'loop',
    summary: 'Make this computer a host that processes datasets as they come',
    details:
      'Ctrl-C: take nothing new and finish what is in hand; a second one hands it back, a third one kills it. SIGTERM: take nothing new, and hand back after --grace.',
    example: 'crunch loop --concurrency 4 --cores 2 --directory /scratch/crunch',
    exitCodes: [...EXIT_CODES, 10],
    outlivesReader: true,
    configure: (command) =>
      addHostOptions(
        addScopeOptions(command)
          .option('--concurrency <n>', 'how many datasets at once', integerBetween(1, 1000), 1)
          .option('--until-empty', 'end when nothing is left of its projects and pools, here and elsewhere'),
      ),
    async run(terminal, [], { untilEmpty = false, ...options }) {
      const { processDatasets } = await import('../host/process-datasets.ts');
      await processDatasets(terminal, { kind: 'loop', untilEmpty }, options);
    },
  }),
  defineCommand<[], HostCommandOptions>({
    name: 'next',
    summary: 'Process one dataset on this computer: the next that waits',
    example: 'crunch next --project penguins',
    exitCodes: [...EXIT_CODES, 6, 10],
    outlivesReader: true,
    configure: (command) => addHostOptions(addScopeOptions(command)),
    async run(terminal, [], options) {
      const { processDatasets } = await import('../host/process-datasets.ts');
      await processDatasets(terminal, { kind: 'next' }, options);
    },
  }),
  defineCommand<[dataset: string], HostCommandOptions>({
    name: 'run',
    summary: 'Process one dataset on this computer: the one that is named',
    example: 'crunch run penguins:torgersen',
    exitCodes: [...EXIT_CODES, 4, 10],
    outlivesReader: true,
    configure: (command) => addHostOptions(command.argument('<dataset>', 'the slug of the dataset')),
    async run(terminal, [dataset], options) {
      const { processDatasets } = await import('../host/process-datasets.ts');
      await processDatasets(terminal, { kind: 'run', dataset }, options);
    },
  }),
];

function addScopeOptions(command: Command): Command {
  return command
    .option('--project <slug>', 'only datasets of this project (repeatable)', collect)
    .option('--pool <name>', 'only datasets of this pool (repeatable)', collect);
}

function addHostOptions(command: Command): Command {
  return addServerOptions(
    command
      .option('--cores <n>', 'cores for each workflow, or “all”', parseCores, 1)
      .option('--directory <folder>', 'holds the files of the datasets in hand; one host a folder', './tmp')
      .option('--cleanup', 'remove the files of a dataset here once it is completed')
      .option('--no-download', 'skip the download: the files are in the directory already')
      .option('--no-upload', 'skip the upload: the results stay in the directory')
      .option('--path <file>', 'run this workflow instead of the one of the project')
      .addOption(new Option('--engine <engine>', 'run the workflow by this engine').choices(ENGINES))
      .option('--stages <file>', 'a module with stages of your own')
      .option('--storage-settings <file>', 'how to reach the storage directly (CRUNCH_STORAGE_SETTINGS)')
      .addOption(
        new Option('--grace <duration>', 'after SIGTERM, how long what is in hand may go on')
          .argParser(parseDurationMs)
          .default(20_000, '20s'),
      ),
  ).addHelpText(
    'after',
    '\nThe name of the host is CRUNCH_HOST, else the name of this computer.\nSnakemake is found by CRUNCH_SNAKEMAKE, else on PATH, else installed on first use.\nTEMPORAL_* (TEMPORAL_TLS_CLIENT_CERT_PATH, TEMPORAL_API_KEY, …) go over what the server says of Temporal.\nCRUNCH_LOG_LEVEL (default: warn) sets how much goes to stderr besides.',
  );
}

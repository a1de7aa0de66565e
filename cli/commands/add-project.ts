import { Option } from 'commander';
import { ENGINES, type Engine } from '../../shared/domain/engine.ts';
import type { JsonObject } from '../../shared/domain/json.ts';
import { VISIBILITIES, type Visibility } from '../../shared/domain/visibility.ts';
import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import { collectParameter } from '../values/collect-parameter.ts';
import { addDescriptionOptions, type DescriptionOptions } from '../values/description-options.ts';
import { parseDurationMs } from '../values/parse-duration.ts';
import { integerBetween, parseCount } from '../values/parse-number.ts';
import { parseSizeBytes } from '../values/parse-size.ts';

interface AddProjectOptions extends ServerOptions, DescriptionOptions {
  workflow?: string;
  engine?: Engine;
  plan?: string;
  param?: JsonObject;
  pool?: string;
  maxRunning?: number;
  weight?: number;
  heartbeatTimeout?: number;
  grace?: number;
  killGrace?: number;
  free?: number;
  externalTimeout?: number;
  visibility?: Visibility;
}

export const addAddProjectCommand = defineCommand<[name: string], AddProjectOptions>({
  name: 'add-project',
  summary: 'Add a project with its workflow; prints its slug',
  details:
    'A workflow is a file, - for standard input, an https address, or a file in a repository: git+https://host/repository.git@REVISION#path. Addresses and repositories are fetched by the server.',
  example: 'crunch add-project Penguins --workflow Snakefile --param species=Adelie',
  exitCodes: [...SERVER_COMMAND, 5],
  configure: (command) =>
    addServerOptions(
      addDescriptionOptions(command.argument('<name>', 'the name of the new project'))
        .option('--workflow <source>', 'the workflow: a file, an address, git+… or -')
        .addOption(new Option('--engine <engine>', 'what runs the workflow (default: guessed)').choices(ENGINES))
        .option('--plan <file>', 'the stages of a run, in JSON or TOML (default: download, workflow, upload)')
        .option('--param <key=value>', 'a parameter, JSON or text (repeatable)', collectParameter)
        .option('--pool <name>', 'only hosts of this pool take its datasets')
        .option('--max-running <n>', 'the most datasets that run at once', parseCount)
        .option('--weight <n>', 'its share beside other projects, 1 to 1000 (default: 1)', integerBetween(1, 1000))
        .option('--heartbeat-timeout <duration>', 'a host silent for so long is suspected', parseDurationMs)
        .option('--grace <duration>', 'then, how long the host may still come back', parseDurationMs)
        .option('--kill-grace <duration>', 'between asking a cancelled workflow to end and killing it', parseDurationMs)
        .option('--free <size>', 'disk that a host must have free, such as 50GiB', parseSizeBytes)
        .option(
          '--external-timeout <duration>',
          'a django-crunch client silent for so long loses its dataset (default: 24h)',
          parseDurationMs,
        )
        .addOption(
          new Option('--visibility <visibility>', 'for whom it exists (default: private, its members)').choices(
            VISIBILITIES,
          ),
        ),
    ),
  async run(terminal, [name], options) {
    const { readWorkflowSource } = await import('../project/read-workflow-source.ts');
    const { readPlan } = await import('../project/read-plan.ts');
    const workflow = options.workflow === undefined ? undefined : await readWorkflowSource(options.workflow);
    const plan = options.plan === undefined ? undefined : await readPlan(options.plan);
    const client = await openClient(terminal, options);
    const { slug, warning } = await client.createProject({
      body: {
        name,
        description: options.description,
        details: options.details,
        engine: options.engine,
        workflow,
        plan,
        parameters: options.param,
        pool: options.pool,
        maxRunning: options.maxRunning,
        weight: options.weight,
        heartbeatTimeoutMs: options.heartbeatTimeout,
        graceMs: options.grace,
        killGraceMs: options.killGrace,
        freeBytes: options.free,
        externalTimeoutSeconds: options.externalTimeout && Math.ceil(options.externalTimeout / 1000),
        visibility: options.visibility,
      },
    });
    if (warning !== null) terminal.note(`warning: ${warning}`);
    terminal.printResult(warning === null ? { slug } : { slug, warning }, (it) => it.slug);
  },
});

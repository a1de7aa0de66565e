import { Option, type Command } from 'commander';
import type { z } from 'zod';
import type { ProjectChange } from '../../shared/contract/projects.ts';
import { ENGINES, type Engine } from '../../shared/domain/engine.ts';
import type { JsonObject } from '../../shared/domain/json.ts';
import { collectParameter } from '../values/collect-parameter.ts';
import { addDescriptionOptions, type DescriptionOptions } from '../values/description-options.ts';
import { parseDurationMs } from '../values/parse-duration.ts';
import { integerBetween, parseCount } from '../values/parse-number.ts';
import { parseSizeBytes } from '../values/parse-size.ts';

/** What a project is told when it is added or edited. */
export interface ProjectOptions extends DescriptionOptions {
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
}

/** Before the contract's defaults. */
type ProjectInput = Omit<z.input<typeof ProjectChange>, 'name' | 'archived'>;

/** Adds the options of a project's workflow and of how its datasets are given to hosts. */
export function addProjectOptions(command: Command): Command {
  return addDescriptionOptions(command)
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
    );
}

/** The options as the API takes them; reads the files that they name. Throws `invalid-input` for those. */
export async function readProjectOptions(options: ProjectOptions): Promise<ProjectInput> {
  const { readWorkflowSource } = await import('./read-workflow-source.ts');
  const { readPlan } = await import('./read-plan.ts');
  const workflow = options.workflow === undefined ? undefined : await readWorkflowSource(options.workflow);
  const plan = options.plan === undefined ? undefined : await readPlan(options.plan);
  return {
    ...{ description: options.description, details: options.details },
    ...{ engine: options.engine, workflow, plan, parameters: options.param },
    ...{ pool: options.pool, maxRunning: options.maxRunning, weight: options.weight },
    ...{ heartbeatTimeoutMs: options.heartbeatTimeout, graceMs: options.grace, killGraceMs: options.killGrace },
    freeBytes: options.free,
    externalTimeoutSeconds: options.externalTimeout && Math.ceil(options.externalTimeout / 1000),
  };
}

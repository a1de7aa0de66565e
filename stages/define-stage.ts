import type { Json, JsonObject } from '../shared/domain/json.ts';
import { isStageName } from '../shared/domain/stage.ts';
import { CrunchError, messageOf } from '../shared/errors/crunch-error.ts';
import type { StageContext, StageDefinition } from './stage-definition.ts';

/** A definition whose parameter type has been checked against its schema already. */
// oxlint-disable-next-line typescript/no-explicit-any -- a list of stages has a different parameter type each
export type AnyStageDefinition = StageDefinition<any, Json | void, any>;

/** Types a stage by its parameters' schema; returns it unchanged. */
export function defineStage<
  Parameters = JsonObject,
  Output extends Json | void = Json | void,
  Context extends StageContext<Parameters> = StageContext<Parameters>,
>(definition: StageDefinition<Parameters, Output, Context>): StageDefinition<Parameters, Output, Context> {
  return definition;
}

/**
 * What a stage module exports as its default: the stages that it adds to a host. A stage with the name of a built-in
 * one takes its place. Throws CrunchError `invalid-input` for a bad or doubled name, or a stage that can't be run.
 */
export function defineStages(definitions: readonly AnyStageDefinition[]): readonly AnyStageDefinition[] {
  const names = new Set<string>();
  for (const { name, run } of definitions) {
    if (typeof name !== 'string' || !isStageName(name)) {
      throw new CrunchError('invalid-input', `“${name}” can't be a stage's name: use a-z, 0-9 and -, not “report”`);
    }
    if (names.has(name)) throw new CrunchError('invalid-input', `stage “${name}” is defined twice`);
    if (typeof run !== 'function') throw new CrunchError('invalid-input', `stage “${name}” has no function run()`);
    names.add(name);
  }
  return definitions;
}

/** Does a stage's work with its parameters parsed. Returns its output, null when it has none. */
export async function performStage(definition: AnyStageDefinition, context: StageContext): Promise<Json> {
  const parameters = parseParameters(definition, context.parameters);
  const output = await definition.run({ ...context, parameters });
  return output === undefined ? null : asJson(definition.name, output);
}

function parseParameters(definition: AnyStageDefinition, given: JsonObject): unknown {
  if (!definition.parameters) return given;
  try {
    return definition.parameters.parse(given);
  } catch (error) {
    const message = `the plan's parameters of stage “${definition.name}” don't fit: ${messageOf(error)}`;
    throw new CrunchError('invalid-input', message, { cause: error });
  }
}

function asJson(name: string, output: unknown): Json {
  const text = JSON.stringify(output);
  if (text === undefined) throw new CrunchError('stage-failed', `stage “${name}” returned something that isn't JSON`);
  return JSON.parse(text) as Json;
}

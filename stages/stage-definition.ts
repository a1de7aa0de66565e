import type { Json, JsonObject } from '../shared/domain/json.ts';

/** What a stage gets to work with. */
export interface StageContext<Parameters = JsonObject> {
  readonly dataset: { readonly slug: string; readonly project: string };
  readonly runId: string;
  /** The folder with the dataset's files; the stage's working directory. */
  readonly workspace: string;
  /** The step's parameters from the project's plan, as the stage's own schema parsed them. */
  readonly parameters: Parameters;
  /** The project's parameters. */
  readonly projectParameters: JsonObject;
  /** What the stages before this one returned, by stage. */
  readonly outputs: Readonly<Record<string, Json>>;
  /** Aborted when the run is cancelled or the host loses the dataset; work must then end at once. */
  readonly signal: AbortSignal;
  /** Adds a line to the stage's log. */
  log(line: string): void;
  /** Tells how far the stage is: a fraction from 0 to 1, and what it is doing. */
  progress(fraction: number, message?: string): void;
  /**
   * Runs a program in the workspace, its output in the stage's log. The program and all that it starts end with the
   * stage. Returns its exit code: what that means is the stage's to say.
   */
  run(argv: readonly string[], options?: ProgramOptions): Promise<ProgramEnd>;
}

export interface ProgramOptions {
  /** Added to the environment that every program gets. */
  env?: Record<string, string>;
  /** Relative to the workspace. */
  directory?: string;
}

export interface ProgramEnd {
  /** Null when a signal ended the program. */
  exitCode: number | null;
  /** The last lines of what it printed. */
  tail: string;
}

/** Anything that checks a value and gives it a type, such as a zod schema. Throws when the value doesn't fit. */
export interface ParameterSchema<Parameters> {
  parse(value: unknown): Parameters;
}

/**
 * A stage: a name that plans use, the schema of its parameters, and what it does. It fails by throwing; the error's
 * message is what people read on the dataset. What it returns is the stage's output, as small JSON.
 */
export interface StageDefinition<
  Parameters = JsonObject,
  Output extends Json | void = Json | void,
  Context extends StageContext<Parameters> = StageContext<Parameters>,
> {
  name: string;
  parameters?: ParameterSchema<Parameters>;
  run(context: Context): Promise<Output> | Output;
}

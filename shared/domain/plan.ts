import type { JsonObject } from './json.ts';
import { BUILT_IN_STAGES } from './stage.ts';

/** One stage of a run, with what the project says about it. */
export interface PlanStep {
  stage: string;
  /** Given to the stage as it stands; custom stages check it against their own types. */
  parameters?: JsonObject;
  /** Ends the stage as failed when it takes longer; without it there is no limit. */
  timeoutMs?: number;
  /** How often the stage may be tried on one host; 1 when absent. */
  maxAttempts?: number;
}

/** The stages of a run in order. It is part of the Temporal workflow's input, so a run never changes its plan. */
export type Plan = PlanStep[];

/** What a project runs unless it has a plan of its own: download, workflow, upload. */
export const DEFAULT_PLAN: Plan = BUILT_IN_STAGES.map((stage) => ({ stage }));

import type { JsonObject } from './json.ts';
import { BUILT_IN_STAGES, isBuiltInStage, type BuiltInStage } from './stage.ts';

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

/** Why a plan can't work. */
export interface PlanFault {
  /** The index of the step. */
  step: number;
  message: string;
}

/** What can't work in a plan: a stage that stands twice, and built-in stages in another order than their own. */
export function findPlanFaults(plan: Plan): PlanFault[] {
  const stages = plan.map(({ stage }) => stage);
  return stages.flatMap((stage, step) => {
    if (stages.indexOf(stage) < step) return [{ step, message: `“${stage}” stands twice; a plan has each stage once` }];
    const late = isBuiltInStage(stage) && stages.slice(step + 1).find((other) => isToPrecede(other, stage));
    return late ? [{ step, message: `“${stage}” stands before “${late}”; the order is ${USUAL_ORDER}` }] : [];
  });
}

/** What people should know of a plan that works, but perhaps not as they mean it. */
export function describePlanGaps(plan: Plan): string[] {
  const lacks = (stage: BuiltInStage): boolean => plan.every((step) => step.stage !== stage);
  return [
    ...(lacks('download') ? ['The plan has no “download”: its runs start without the dataset’s files.'] : []),
    ...(lacks('upload') ? ['The plan has no “upload”: results stay on the host that made them.'] : []),
  ];
}

const USUAL_ORDER = BUILT_IN_STAGES.join(', ');

function isToPrecede(stage: string, other: BuiltInStage): boolean {
  return isBuiltInStage(stage) && BUILT_IN_STAGES.indexOf(stage) < BUILT_IN_STAGES.indexOf(other);
}

/** The built-in stages, in their usual order. */
export const BUILT_IN_STAGES = ['download', 'workflow', 'upload'] as const;
export type BuiltInStage = (typeof BUILT_IN_STAGES)[number];

/** What happened to a stage. */
export const STATUS_STATES = [
  'START',
  'SUCCESS',
  'FAIL',
  'CANCELLED',
  'LOST',
  'ADOPTED',
  'PAUSED',
  'RESUMED',
  'REPAIRED',
] as const;
export type StatusState = (typeof STATUS_STATES)[number];

const STATUS_STAGES: Record<BuiltInStage, string> = { download: 'SETUP', workflow: 'WORKFLOW', upload: 'UPLOAD' };

/** The name under which a status shows a stage: django-crunch's word for a built-in stage, a custom stage's own name. */
export function statusStage(stage: string): string {
  return isBuiltInStage(stage) ? STATUS_STAGES[stage] : stage;
}

/** The stage that a status of that name is of, as plans name it. */
export function stageOfStatus(name: string): string {
  return BUILT_IN_STAGES.find((stage) => STATUS_STAGES[stage] === name) ?? name;
}

export function isBuiltInStage(stage: string): stage is BuiltInStage {
  return (BUILT_IN_STAGES as readonly string[]).includes(stage);
}

/** Names that a custom stage may have: lower case, and none of the words that Crunch itself uses. */
export function isStageName(name: string): boolean {
  return /^[a-z][a-z0-9-]{0,62}$/.test(name) && name !== 'report';
}

export { defineStage, defineStages } from './define-stage.ts';
export type { ParameterSchema, ProgramEnd, ProgramOptions, StageContext, StageDefinition } from './stage-definition.ts';

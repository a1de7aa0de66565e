import type { Engine } from '../../../shared/domain/engine.ts';
import { scriptEngine } from './script-engine.ts';
import { createSnakemakeEngine, type SnakemakeEngineOptions } from './snakemake-engine.ts';
import type { WorkflowEngine } from './workflow-engine.ts';

/** Every engine by its name. */
export function createEngines(options: SnakemakeEngineOptions): Record<Engine, WorkflowEngine> {
  return { script: scriptEngine, snakemake: createSnakemakeEngine(options) };
}

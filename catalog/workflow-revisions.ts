import type { Engine } from '../shared/domain/engine.ts';
import type { JsonObject } from '../shared/domain/json.ts';
import type { Plan } from '../shared/domain/plan.ts';
import type { WorkflowRef } from '../shared/domain/processing.ts';
import type { Catalog } from './open-catalog.ts';

/** A workflow's bytes. */
export interface WorkflowContent extends WorkflowRef {
  content: Uint8Array;
}

/** A workflow as its owner named it, and what was fetched from there. */
export interface WorkflowInput {
  /** As in the contract, without the text itself. */
  source: JsonObject;
  /** Null when the source could not be fetched yet. */
  content: WorkflowContent | null;
}

/** What makes a new revision of a project when it differs from the current one. What is absent stays. */
export interface WorkInput {
  engine?: Engine;
  workflow?: WorkflowInput;
  plan?: Plan;
  parameters?: JsonObject;
}

/** The workflow that a run executes, to be fetched when it has no content. */
export interface RunWorkflow {
  revisionId: number;
  project: string;
  source: JsonObject;
  /** Null until it was fetched. */
  workflow: WorkflowRef | null;
}

/** The bytes of a workflow with that checksum. Throws `not-found`. */
export declare function getWorkflowContent(catalog: Catalog, sha256: string): Promise<WorkflowContent>;

/** Throws `not-found`. */
export declare function getRunWorkflow(catalog: Catalog, runId: string): Promise<RunWorkflow>;

/**
 * Gives a revision the content that could not be fetched when it was made; returns what the revision holds, which is
 * an earlier content when somebody was faster. Throws `not-found`.
 */
export declare function fillWorkflowContent(
  catalog: Catalog,
  revisionId: number,
  content: WorkflowContent,
): Promise<WorkflowRef>;

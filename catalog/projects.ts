import type { DatasetState } from '../shared/domain/dataset-state.ts';
import type { Engine } from '../shared/domain/engine.ts';
import type { JsonObject } from '../shared/domain/json.ts';
import type { Plan } from '../shared/domain/plan.ts';
import type { Catalog } from './open-catalog.ts';
import type { Page, PageRequest } from './page.ts';
import type { WorkInput } from './workflow-revisions.ts';

/** How a project's datasets are given to hosts. Null leaves it to the server's default. */
export interface ProjectSettings {
  pool: string | null;
  maxRunning: number | null;
  weight: number;
  heartbeatTimeoutMs: number | null;
  graceMs: number | null;
  killGraceMs: number | null;
  /** Bytes that a host must have free to take a dataset. */
  freeBytes: number | null;
}

export interface ProjectRecord extends ProjectSettings {
  id: number;
  slug: string;
  name: string;
  description: string;
  details: string;
  paused: boolean;
  createdAt: Date;
  engine: Engine | null;
  /** The current revision's workflow, null when the project has none. */
  workflow: { source: JsonObject; revision: number; sha256: string | null; entry: string | null } | null;
  plan: Plan | null;
  parameters: JsonObject;
  /** How many datasets are in each state; states without any are 0. */
  datasets: Record<DatasetState, number>;
}

export interface NewProjectInput extends Partial<ProjectSettings>, WorkInput {
  name: string;
  description: string;
  details: string;
}

export interface ProjectChangeInput extends Partial<ProjectSettings>, WorkInput {
  name?: string;
  description?: string;
  details?: string;
}

/** All projects, oldest first. */
export declare function listProjects(catalog: Catalog, request: PageRequest): Promise<Page<ProjectRecord>>;

/** Throws `not-found`. */
export declare function getProject(catalog: Catalog, slug: string): Promise<ProjectRecord>;

/** Throws `conflict` when a project of that slug exists, `invalid-input` when the name makes no slug. */
export declare function createProject(catalog: Catalog, input: NewProjectInput, actor: string): Promise<ProjectRecord>;

/** What is absent from `change` stays; a project renamed keeps its slug. Throws `not-found`. */
export declare function changeProject(
  catalog: Catalog,
  slug: string,
  change: ProjectChangeInput,
  actor: string,
): Promise<ProjectRecord>;

/** Removes a project with its datasets. Throws `not-found`, and `conflict` while a dataset is queued or running. */
export declare function deleteProject(catalog: Catalog, slug: string, actor: string): Promise<void>;

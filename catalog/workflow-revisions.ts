import { isDeepStrictEqual } from 'node:util';
import type { Engine } from '../shared/domain/engine.ts';
import type { JsonObject } from '../shared/domain/json.ts';
import type { Plan } from '../shared/domain/plan.ts';
import type { WorkflowRef } from '../shared/domain/processing.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { Prisma, type WorkflowRevision } from './generated/client.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';

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
  /** The project's slug. */
  project: string;
  source: JsonObject;
  /** Null until it was fetched. */
  workflow: WorkflowRef | null;
}

/** The bytes of a workflow with that checksum. Throws `not-found`. */
export async function getWorkflowContent(catalog: Catalog, sha256: string): Promise<WorkflowContent> {
  const row = await catalog.prisma.workflowRevision.findFirst({ where: { sha256 }, orderBy: { id: 'desc' } });
  const workflow = row && refOf(row);
  if (!workflow || !row.content)
    throw new CrunchError('not-found', `There is no workflow with the checksum ${sha256}.`);
  return { ...workflow, content: row.content };
}

/** Throws `not-found`. */
export async function getRunWorkflow(catalog: Catalog, runId: string): Promise<RunWorkflow> {
  const run = await catalog.prisma.run.findUnique({
    where: { id: runId },
    select: {
      revision: { omit: { content: true }, include: { project: { select: { item: { select: { slug: true } } } } } },
    },
  });
  if (!run?.revision?.source || !run.revision.project)
    throw new CrunchError('not-found', `There is no workflow of a run ${runId}.`);
  const { id, source, project } = run.revision;
  return { revisionId: id, project: project.item.slug, source: source as JsonObject, workflow: refOf(run.revision) };
}

/**
 * Gives a revision the content that could not be fetched when it was made; returns what the revision holds, which is
 * an earlier content when somebody was faster. Throws `not-found`.
 */
export async function fillWorkflowContent(
  catalog: Catalog,
  revisionId: number,
  { content, sha256, format, entry }: WorkflowContent,
): Promise<WorkflowRef> {
  await catalog.prisma.workflowRevision.updateMany({
    where: { id: revisionId, sha256: null },
    data: { content: new Uint8Array(content), sha256, format, entry },
  });
  const row = await catalog.prisma.workflowRevision.findUnique({
    where: { id: revisionId },
    omit: { content: true },
  });
  const workflow = row && refOf(row);
  if (!workflow) throw new CrunchError('not-found', `There is no workflow revision ${revisionId}.`);
  return workflow;
}

/**
 * Makes a new revision of a project when the input differs from the current one; returns the number of the revision
 * that is then current, null while the project has none. The caller holds the project's lock.
 */
export async function reviseWorkflow(
  queries: CatalogQueries,
  projectId: number,
  input: WorkInput,
  actor: string,
): Promise<number | null> {
  const { revision: current } = await queries.project.findUniqueOrThrow({
    where: { itemId: projectId },
    select: { revision: true },
  });
  if (!differs(current, input)) return current?.number ?? null;
  const number = (current?.number ?? 0) + 1;
  const { id } = await queries.workflowRevision.create({
    data: { projectId, number, createdBy: actor, ...mergeWork(current, input) },
  });
  await queries.project.update({ where: { itemId: projectId }, data: { revisionId: id } });
  return number;
}

function differs(current: WorkflowRevision | null, { engine, workflow, plan, parameters }: WorkInput): boolean {
  return (
    (engine !== undefined && engine !== current?.engine) ||
    (plan !== undefined && !isDeepStrictEqual(plan, current?.plan)) ||
    (parameters !== undefined && !isDeepStrictEqual(parameters, current?.parameters ?? {})) ||
    (workflow !== undefined && workflowDiffers(current, workflow))
  );
}

/** The same source that can't be fetched this time is no news; one whose content is another by now is. */
function workflowDiffers(current: WorkflowRevision | null, { source, content }: WorkflowInput): boolean {
  if (!isDeepStrictEqual(source, current?.source)) return true;
  return content !== null && (content.sha256 !== current?.sha256 || content.entry !== current.entry);
}

function mergeWork(current: WorkflowRevision | null, { engine, workflow, plan, parameters }: WorkInput) {
  const content = workflow ? workflow.content : current;
  return {
    engine: engine ?? current?.engine,
    source: orDatabaseNull(workflow?.source ?? current?.source),
    plan: orDatabaseNull(plan ?? current?.plan),
    parameters: (parameters ?? current?.parameters ?? {}) as Prisma.InputJsonObject,
    sha256: content?.sha256,
    format: content?.format,
    entry: content?.entry,
    content: content?.content ? new Uint8Array(content.content) : undefined,
  };
}

/** Prisma tells a missing JSON value from JSON's null. */
function orDatabaseNull(value: unknown): Prisma.InputJsonValue | typeof Prisma.DbNull {
  return value === undefined || value === null ? Prisma.DbNull : value;
}

function refOf({ sha256, format, entry }: Omit<WorkflowRevision, 'content'>): WorkflowRef | null {
  if (sha256 === null || format === null || entry === null) return null;
  return { sha256, format: format as WorkflowRef['format'], entry };
}

import type { WorkInput } from '../catalog/workflow-revisions.ts';
import type { NewProject, ProjectChange, WorkflowSource } from '../shared/contract/projects.ts';
import { guessEngine, type Engine } from '../shared/domain/engine.ts';
import type { JsonObject } from '../shared/domain/json.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { fetchWorkflowSource } from '../platform/workflow-source.ts';
import type { ApiContext } from './context.ts';

interface FetchedWork<Body> {
  /** What the caller sent, with the workflow as the catalog keeps it. */
  input: Omit<Body, 'workflow'> & Pick<WorkInput, 'engine' | 'workflow'>;
  /** Why the workflow is not there yet. */
  warning?: string;
}

/**
 * Fetches the workflow that a caller names, and guesses its engine unless that is given. A source that can't be reached
 * now is tried again when a dataset runs. Throws `invalid-input` for one that is forbidden or malformed.
 */
export async function fetchWork<Body extends NewProject | ProjectChange>(
  { config }: ApiContext,
  { workflow: source, ...body }: Body,
): Promise<FetchedWork<Body>> {
  if (source === undefined) return { input: body };
  const kept = withoutText(source);
  try {
    const fetched = await fetchWorkflowSource(source, { allow: config.allowedWorkflowHosts });
    const { guessedEngine, commit, ...content } = fetched;
    const workflow = { source: commit === undefined ? kept : { ...kept, commit }, content };
    return { input: { ...body, engine: body.engine ?? guessedEngine, workflow } };
  } catch (error) {
    if (!(error instanceof CrunchError) || error.code !== 'source-unavailable') throw error;
    const input = { ...body, engine: body.engine ?? guessByName(source), workflow: { source: kept, content: null } };
    return { input, warning: `${error.message.replace(/\.?$/, '.')} It is tried again when a dataset runs.` };
  }
}

function withoutText(source: WorkflowSource): JsonObject {
  if (source.kind !== 'text') return { ...source };
  const { kind, fileName } = source;
  return { kind, ...(fileName !== undefined && { fileName }) };
}

function guessByName(source: WorkflowSource): Engine {
  return guessEngine(source.kind === 'url' ? new URL(source.url).pathname : source.kind === 'text' ? '' : source.path);
}

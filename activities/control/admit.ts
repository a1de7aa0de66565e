import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { defineSearchAttributeKey, TypedSearchAttributes, type SearchAttributePair } from '@temporalio/common';
import {
  admitDatasets,
  markRunStarted,
  markRunTold,
  runsToTell,
  unstartedRuns,
  type RunNews,
} from '../../catalog/admission.ts';
import { forEachConcurrently } from '../../platform/for-each-concurrently.ts';
import {
  OFFER_SIGNAL,
  PAUSE_SIGNAL,
  PROCESS_DATASET,
  type Offer,
  type Pause,
  type ProcessDatasetInput,
} from '../../shared/domain/processing.ts';
import { CONTROL_QUEUE, workflowIdOf } from '../../shared/domain/queue-names.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { SEARCH_ATTRIBUTES } from '../../shared/domain/search-attributes.ts';
import type { ControlContext } from './control-context.ts';

/** A run that nobody marked as started for so long was left behind by a crash. */
const UNSTARTED_AFTER_MS = 30_000;

/** How long an earlier run of the dataset may take to close after it told the catalog of its end. */
const PREVIOUS_END_MS = 10_000;

/** How many Temporal workflows are told news at once. */
const AT_ONCE = 8;

/**
 * Brings queued datasets to Temporal, as many as hosts will soon take; starts again what a crash left half admitted;
 * and tells those that are there already of routes that hosts brought since, and of paused and resumed projects. Several
 * control workers may do so at once.
 */
export async function admit(context: ControlContext): Promise<void> {
  const { catalog, defaults } = context;
  const left = await unstartedRuns(catalog, { olderThanMs: UNSTARTED_AFTER_MS, defaults });
  const admitted = await admitDatasets(catalog, defaults);
  const news = await runsToTell(catalog);
  // One dataset that can't be started must not keep the others waiting.
  const pace = { limit: AT_ONCE, goesOnAfterFailure: true };
  // Of equals the first in the queue comes first; Temporal hands out in the order in which it hears of them.
  const oneByOne = { limit: 1, goesOnAfterFailure: true };
  const starting = forEachConcurrently([...left, ...admitted], oneByOne, (input) => start(context, input));
  const telling = forEachConcurrently(news, pace, (item) => tell(context, item));
  await Promise.all([starting, telling]);
}

async function tell({ catalog, temporal }: ControlContext, news: RunNews): Promise<void> {
  const { workflowId, routes, paused } = news;
  const workflow = temporal.workflow.getHandle(workflowId);
  if (paused !== null) await ignoreGone(workflow.signal<[Pause]>(PAUSE_SIGNAL, { paused }));
  if (routes.length > 0) await ignoreGone(workflow.signal<[Offer]>(OFFER_SIGNAL, { routes }));
  await markRunTold(catalog, news);
}

async function start(context: ControlContext, input: ProcessDatasetInput): Promise<void> {
  const temporalRunId = await startWorkflow(context.temporal, input);
  if (await markRunStarted(context.catalog, input.runId, temporalRunId)) return;
  // Somebody cancelled the run between the row and the workflow.
  await ignoreGone(context.temporal.workflow.getHandle(workflowIdOf(input.dataset.id), temporalRunId).cancel());
}

/** Returns the Temporal run, which is the one that an earlier, interrupted start made. */
async function startWorkflow(temporal: Client, input: ProcessDatasetInput): Promise<string> {
  const workflowId = workflowIdOf(input.dataset.id);
  for (;;) {
    try {
      const handle = await temporal.workflow.start(PROCESS_DATASET, {
        taskQueue: CONTROL_QUEUE,
        workflowId,
        args: [input],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
        typedSearchAttributes: searchAttributesOf(input),
        memo: { runId: input.runId },
        staticSummary: input.dataset.slug,
      });
      return handle.firstExecutionRunId;
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      const description = await temporal.workflow.getHandle(workflowId).describe();
      if (description.memo?.runId === input.runId) return description.runId;
      // The run before has told the catalog of its end and is about to close.
      const previous = temporal.workflow.getHandle(workflowId, description.runId).result();
      const ended = previous.then(
        () => true,
        () => true,
      );
      if (!(await Promise.race([ended, delay(PREVIOUS_END_MS, false, { ref: false })]))) throw stillRuns(input);
    }
  }
}

/** Left for a later pass, which finds the run unstarted: one dataset must not keep the others waiting. */
function stillRuns({ dataset }: ProcessDatasetInput): CrunchError {
  return new CrunchError(
    'conflict',
    `an earlier run of ${dataset.slug} is closed in the catalog but goes on in Temporal`,
  );
}

function searchAttributesOf(input: ProcessDatasetInput): TypedSearchAttributes {
  const pair = (name: string, value: string): SearchAttributePair => ({
    key: defineSearchAttributeKey(name, 'KEYWORD'),
    value,
  });
  return new TypedSearchAttributes([
    pair(SEARCH_ATTRIBUTES.project, input.dataset.projectSlug),
    pair(SEARCH_ATTRIBUTES.dataset, input.dataset.slug),
    pair(SEARCH_ATTRIBUTES.state, 'queued'),
  ]);
}

/** A workflow that closed meanwhile wants no message any more. */
async function ignoreGone(message: Promise<unknown>): Promise<void> {
  try {
    await message;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

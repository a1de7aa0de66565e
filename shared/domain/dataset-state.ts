/** What a dataset is doing; `paused` datasets keep their place but are not admitted. */
export const DATASET_STATES = ['draft', 'queued', 'running', 'paused', 'completed', 'failed', 'cancelled'] as const;
export type DatasetState = (typeof DATASET_STATES)[number];

/** What becomes of the workspace of a run that is cancelled. */
export const WORKSPACE_FATES = ['keep', 'remove'] as const;
export type WorkspaceFate = (typeof WORKSPACE_FATES)[number];

/** What people may ask of datasets. */
export const DATASET_ACTIONS = ['queue', 'retry', 'cancel'] as const;
export type DatasetAction = (typeof DATASET_ACTIONS)[number];

/** The states in which each action makes sense; an action on a dataset in another state is a conflict. */
export const ACTION_STATES: Record<DatasetAction, readonly DatasetState[]> = {
  queue: ['draft'],
  retry: ['completed', 'failed', 'cancelled'],
  cancel: ['queued', 'running', 'paused'],
};

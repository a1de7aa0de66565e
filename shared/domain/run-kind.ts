/** Who processes a run: a host by Temporal, a client of django-crunch, or, for one copied from there, somebody in the past. */
export const RUN_KINDS = ['temporal', 'external', 'imported'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** How long an external client may tell nothing before its dataset goes back to the queue, unless a project says otherwise. */
export const EXTERNAL_TIMEOUT_SECONDS = 24 * 3600;

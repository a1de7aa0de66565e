/** Who or what a failed run failed by. */
export const FAILURE_CLASSES = [
  'workflow',
  'stage',
  'host',
  'storage',
  'source',
  'poison',
  'cancelled',
  'internal',
] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];

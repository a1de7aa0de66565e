/** The priority of a dataset to which nobody gave one; from 1, the most urgent, to 5. */
export const DEFAULT_PRIORITY = 3;

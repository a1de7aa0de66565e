/** The search attributes of `processDataset`, all of type Keyword, by which people filter in the Temporal UI. */
export const SEARCH_ATTRIBUTES = {
  project: 'CrunchProject',
  dataset: 'CrunchDataset',
  state: 'CrunchState',
  stage: 'CrunchStage',
  host: 'CrunchHost',
} as const;

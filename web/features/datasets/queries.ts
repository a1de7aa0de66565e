import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { pagesOf } from '../../../client/index.ts';
import type { Status } from '../../../shared/contract/datasets.ts';
import type { DatasetState } from '../../../shared/domain/dataset-state.ts';
import { quoteText } from '../../../shared/domain/filter/quote-text.ts';
import { splitWords } from '../../../shared/domain/filter/split-words.ts';
import { crunch } from '../../connection/crunch.ts';

/** Whatever belongs to a dataset has a key below `one`, so that its news make all of it out of date. */
export const datasetKeys = { lists: ['datasets'], one: (slug: string) => ['dataset', slug] } as const;

export interface DatasetFilter {
  project?: string;
  state?: DatasetState;
  search?: string;
  cursor?: string;
}

export function datasetsQuery({ project, state, search = '', cursor }: DatasetFilter) {
  const query = {
    ...(project !== undefined && { project }),
    ...(state !== undefined && { state }),
    ...(splitWords(search).length > 0 && { filter: `text ~ ${quoteText(search)}` }),
    cursor,
    limit: 100,
  };
  return queryOptions({
    queryKey: [...datasetKeys.lists, query],
    queryFn: ({ signal }) => crunch.listDatasets({ query }, { signal }),
    placeholderData: keepPreviousData,
  });
}

export function datasetQuery(slug: string) {
  return queryOptions({
    queryKey: datasetKeys.one(slug),
    queryFn: ({ signal }) => crunch.getDataset({ params: { slug } }, { signal }),
  });
}

/** What happened to a dataset, newest first. */
export function statusesQuery(slug: string) {
  return queryOptions({
    queryKey: [...datasetKeys.one(slug), 'statuses'],
    async queryFn({ signal }) {
      const statuses: Status[] = [];
      const input = { params: { slug }, query: { limit: 1000 } };
      for await (const page of pagesOf(crunch.listStatuses, input, { signal })) statuses.push(...page);
      return statuses.toReversed();
    },
  });
}

export function runsQuery(slug: string) {
  return queryOptions({
    queryKey: [...datasetKeys.one(slug), 'runs'],
    queryFn: ({ signal }) => crunch.listRuns({ params: { slug }, query: { limit: 100 } }, { signal }),
  });
}

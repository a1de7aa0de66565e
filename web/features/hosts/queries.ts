import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { crunch } from '../../connection/crunch.ts';

/** As many as a page may have: what is said of all hosts at once is said of these. */
const MOST_HOSTS = 1000;

export function hostsQuery(cursor?: string) {
  return queryOptions({
    queryKey: ['hosts', { cursor }],
    queryFn: ({ signal }) => crunch.listHosts({ query: { cursor, limit: MOST_HOSTS } }, { signal }),
    placeholderData: keepPreviousData,
  });
}

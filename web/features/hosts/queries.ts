import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { crunch } from '../../connection/crunch.ts';

export function hostsQuery(cursor?: string) {
  return queryOptions({
    queryKey: ['hosts', { cursor }],
    queryFn: ({ signal }) => crunch.listHosts({ query: { cursor, limit: 100 } }, { signal }),
    placeholderData: keepPreviousData,
  });
}

import { queryOptions } from '@tanstack/react-query';
import { crunch } from '../../connection/crunch.ts';

/** What the server says of itself; it stays the same while it runs. */
export const serverQuery = queryOptions({
  queryKey: ['server'],
  queryFn: ({ signal }) => crunch.getServer({}, { signal }),
  staleTime: Infinity,
});

import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { crunch } from '../../connection/crunch.ts';

export function projectsQuery(cursor?: string) {
  return queryOptions({
    queryKey: ['projects', { cursor }],
    queryFn: ({ signal }) => crunch.listProjects({ query: { cursor, limit: 100 } }, { signal }),
    placeholderData: keepPreviousData,
  });
}

export function projectQuery(slug: string) {
  return queryOptions({
    queryKey: ['project', slug],
    queryFn: ({ signal }) => crunch.getProject({ params: { slug } }, { signal }),
  });
}

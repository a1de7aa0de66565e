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

/** The text of a project's workflow, which is another with each revision. */
export function workflowQuery(slug: string, revision: number) {
  return queryOptions({
    queryKey: ['project', slug, 'workflow', revision],
    queryFn: ({ signal }) => crunch.getProjectWorkflow({ params: { slug } }, { signal }),
  });
}

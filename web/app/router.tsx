import type { FetchQueryOptions, QueryKey } from '@tanstack/react-query';
import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { z } from 'zod';
import { DATASET_STATES } from '../../shared/domain/dataset-state.ts';
import { datasetQuery, datasetsQuery, runsQuery, statusesQuery } from '../features/datasets/queries.ts';
import { filesQuery } from '../features/files/queries.ts';
import { hostsQuery } from '../features/hosts/queries.ts';
import { projectQuery, projectsQuery } from '../features/projects/queries.ts';
import { NotFoundPage } from '../pages/not-found-page.tsx';
import { lazyPart } from '../ui/lazy-part.ts';
import { PageFault } from './page-fault.tsx';
import { queryClient } from './query-client.ts';
import { Shell } from './shell.tsx';

// What can't be understood in an address is left out of it.
const Trail = z.object({ trail: z.array(z.string()).optional().catch(undefined) });
const DatasetSearch = Trail.extend({
  state: z.enum(DATASET_STATES).optional().catch(undefined),
  search: z.coerce.string().max(200).optional().catch(undefined),
});

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage });
const getParentRoute = () => rootRoute;

// What a page shows is asked for while its code is still on its way.
const routes = [
  createRoute({
    getParentRoute,
    path: '/',
    validateSearch: Trail,
    loaderDeps: ({ search }) => search,
    loader: ({ deps }) => ask(projectsQuery(deps.trail?.at(-1))),
    component: lazyPart(() => import('../pages/projects-page.tsx'), 'ProjectsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/new-project',
    component: lazyPart(() => import('../pages/new-project-page.tsx'), 'NewProjectPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/projects/$slug',
    validateSearch: DatasetSearch,
    loaderDeps: ({ search }) => search,
    loader: ({ params, deps: { trail, ...filter } }) => {
      ask(projectQuery(params.slug));
      ask(datasetsQuery({ ...filter, project: params.slug, cursor: trail?.at(-1) }));
    },
    component: lazyPart(() => import('../pages/project-page.tsx'), 'ProjectPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/projects/$slug/edit',
    loader: ({ params }) => ask(projectQuery(params.slug)),
    component: lazyPart(() => import('../pages/edit-project-page.tsx'), 'EditProjectPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/projects/$slug/new-dataset',
    loader: ({ params }) => ask(projectQuery(params.slug)),
    component: lazyPart(() => import('../pages/new-dataset-page.tsx'), 'NewDatasetPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/datasets',
    validateSearch: DatasetSearch,
    loaderDeps: ({ search }) => search,
    loader: ({ deps: { trail, ...filter } }) => ask(datasetsQuery({ ...filter, cursor: trail?.at(-1) })),
    component: lazyPart(() => import('../pages/datasets-page.tsx'), 'DatasetsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/datasets/$slug',
    loader: ({ params: { slug } }) => {
      ask(datasetQuery(slug));
      ask(statusesQuery(slug));
      ask(filesQuery(slug));
      ask(runsQuery(slug));
    },
    component: lazyPart(() => import('../pages/dataset-page.tsx'), 'DatasetPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/datasets/$slug/edit',
    loader: ({ params }) => ask(datasetQuery(params.slug)),
    component: lazyPart(() => import('../pages/edit-dataset-page.tsx'), 'EditDatasetPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/account',
    component: lazyPart(() => import('../pages/account-page.tsx'), 'AccountPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/hosts',
    validateSearch: Trail,
    loaderDeps: ({ search }) => search,
    loader: ({ deps }) => ask(hostsQuery(deps.trail?.at(-1))),
    component: lazyPart(() => import('../pages/hosts-page.tsx'), 'HostsPage'),
  }),
] as const;

function ask<Data, Key extends QueryKey>(query: FetchQueryOptions<Data, Error, Data, Key>): void {
  void queryClient.prefetchQuery(query);
}

export const router = createRouter({
  routeTree: rootRoute.addChildren(routes),
  scrollRestoration: true,
  defaultErrorComponent: PageFault,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

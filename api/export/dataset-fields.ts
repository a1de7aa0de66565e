import type { ExportedDataset } from '../../catalog/export-datasets.ts';
import { defaultBasePath } from '../../shared/domain/slug.ts';
import type { TableField } from '../../shared/domain/table-columns.ts';

/** What a cell may hold. */
export type TableValue = string | number | boolean | null | { latitude: number; longitude: number };

/** What says something of a dataset that no import can set. */
const COMMENTS = ['#slug', '#state', '#stage', '#host', '#reason', '#runs', '#queued', '#created'] as const;

/** The columns of a dataset that are not attributes, in their order. */
export const DATASET_FIELDS: Record<TableField | (typeof COMMENTS)[number], (dataset: ExportedDataset) => TableValue> =
  {
    project: ({ project }) => project,
    name: ({ name }) => name,
    description: ({ description }) => description,
    details: ({ details }) => details,
    priority: ({ priority }) => priority,
    held: ({ held }) => held,
    // Where it is the project's own folder, the row is also good for another project.
    path: ({ basePath, project, slug, right }) =>
      right === 'visit' || basePath === defaultBasePath(project, slug) ? null : basePath,
    '#slug': ({ slug }) => slug,
    '#state': ({ state }) => state,
    '#stage': ({ stage }) => stage,
    '#host': ({ host, right }) => (right === 'visit' ? null : host),
    '#reason': ({ reason, right }) => (right === 'visit' ? null : reason),
    '#runs': ({ runs }) => runs,
    '#queued': ({ queuedAt }) => queuedAt?.toISOString() ?? null,
    '#created': ({ createdAt }) => createdAt.toISOString(),
  };

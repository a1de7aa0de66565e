import { z } from 'zod';
import { IMPORT_LIMITS } from '../domain/import-limits.ts';
import { slugify } from '../domain/slug.ts';
import { Attribute } from './attributes.ts';
import { listOf, Name } from './common.ts';
import { ScopeQuery } from './dataset-lists.ts';
import { NewDataset } from './datasets.ts';
import type { Endpoint } from './endpoint.ts';

/** A dataset with its attributes, as one row of an import. */
export const ImportRow = NewDataset.extend({
  name: Name.refine((name) => slugify(name) !== '', 'makes no slug: it needs a letter or digit of a-z, 0-9'),
  /** By which faults name it; its line when absent. */
  row: z.int().min(1).optional(),
  attributes: z.array(Attribute).max(IMPORT_LIMITS.attributesOfRow).default([]),
});
export type ImportRow = z.infer<typeof ImportRow>;

export const ImportResult = z.object({
  /** How many datasets were made; with `dryRun`, how many would be. */
  created: z.int(),
  /** How many were there already, just so. */
  unchanged: z.int(),
});
export type ImportResult = z.infer<typeof ImportResult>;

export const EXPORT_FORMATS = ['csv', 'tsv', 'jsonl'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Datasets by the table: many at once in, many at once out. */
export const tableEndpoints = {
  importDatasets: {
    method: 'post',
    path: '/imports',
    summary:
      'Add many datasets with their attributes, all of them or none; those that are there already, just so, stay. Faults name row and column, up to 100 of them',
    scope: 'edit',
    needs: { may: 'edit', at: 'each' },
    query: z.object({
      /** Make nothing; answer with what would be made, or what is wrong. */
      dryRun: z.literal('true').optional(),
    }),
    body: { lines: ImportRow },
    response: ImportResult,
  },
  exportDatasets: {
    method: 'get',
    path: '/datasets/export',
    summary: 'Datasets with their attributes as a table that can be imported, in the order of the list',
    scope: 'read',
    needs: { may: 'visit', at: 'each' },
    query: ScopeQuery.extend({
      format: z.enum(EXPORT_FORMATS).default('csv'),
      /** The columns wanted, by their headers or the keys of attributes; all when absent. */
      column: listOf(z.string().min(1).max(300)),
    }),
    response: 'bytes',
    mediaTypes: ['text/csv', 'text/tab-separated-values', 'application/x-ndjson'],
  },
} as const satisfies Record<string, Endpoint>;

import { z } from 'zod';
import { Flag, Name, SizeBytes, Slug, SlugParams } from './common.ts';
import type { Endpoint } from './endpoint.ts';
import { STORAGE_ERRORS } from './errors-of.ts';
import { Item } from './items.ts';
import { IfMatch } from './versions.ts';

/** Leave the files in storage. */
export const KeepFiles = Flag;

/** How much there is at an item and below it at any depth. */
export const ItemTotals = z.object({
  datasets: z.int(),
  /** Without projects and datasets. */
  items: z.int(),
  attributes: z.int(),
  runs: z.int(),
  /** As last uploaded or published. */
  files: z.int(),
  fileBytes: SizeBytes,
  /** The sum of all attributes of the type `filesize`. */
  filesizeBytes: SizeBytes,
});
export type ItemTotals = z.infer<typeof ItemTotals>;

/** What a deletion would take along. */
export const DeletionPreview = ItemTotals.extend({
  /** What lies in storage, with Crunch's own records; null where counting took too long. */
  stored: z.object({ objects: z.int(), bytes: SizeBytes }).nullable(),
  /** Why it would be refused now. */
  hindrance: z.string().nullable(),
});
export type DeletionPreview = z.infer<typeof DeletionPreview>;

/** Where an item goes; what is absent stays. */
export const NewPlace = z
  .strictObject({
    /** The slug of the item above. */
    parent: Slug.optional(),
    /** The slug follows it. */
    name: Name.optional(),
  })
  .refine((it) => it.parent !== undefined || it.name !== undefined, 'names no place: give parent, name or both');
export type NewPlace = z.infer<typeof NewPlace>;

/** A lat-long attribute as a feature of GeoJSON (RFC 7946). */
export const Place = z.object({
  type: z.literal('Feature'),
  /** The attribute's. */
  id: z.int(),
  geometry: z.object({
    type: z.literal('Point'),
    /** Degrees east, then degrees north. */
    coordinates: z.array(z.number()).length(2),
  }),
  properties: z.object({
    slug: z.string(),
    name: z.string(),
    kind: z.enum(['project', 'dataset', 'item']),
    key: z.string(),
  }),
});
export type Place = z.infer<typeof Place>;

/** What is about an item and all that lies below it. */
export const treeEndpoints = {
  getTotals: {
    method: 'get',
    path: '/items/{slug}/totals',
    summary: 'How much there is at an item and below it: things, files, bytes',
    scope: 'read',
    needs: { may: 'visit', at: 'params.slug' },
    params: SlugParams,
    response: ItemTotals,
  },
  listPlaces: {
    method: 'get',
    path: '/items/{slug}/locations',
    summary: 'All lat-long attributes of an item and of all below it, as GeoJSON',
    scope: 'read',
    needs: { may: 'visit', at: 'params.slug' },
    params: SlugParams,
    response: { features: Place },
  },
  previewDeletion: {
    method: 'get',
    path: '/items/{slug}/deletion',
    summary: 'What would go if a project, a dataset or an item were removed',
    scope: 'read',
    needs: { may: 'view', at: 'params.slug' },
    params: SlugParams,
    response: DeletionPreview,
    errors: STORAGE_ERRORS,
  },
  moveItem: {
    method: 'post',
    path: '/items/{slug}/move',
    summary:
      'Put a dataset into another project or an item below another one of its project, or rename anything so that its slug follows; refused while a dataset that would move has an open run. Reading by the old slugs goes on to work; files stay where they are',
    scope: 'edit',
    needs: { may: 'edit', at: 'params.slug' },
    params: SlugParams,
    headers: IfMatch,
    takesKey: true,
    body: NewPlace,
    response: Item,
    versioned: true,
  },
} as const satisfies Record<string, Endpoint>;

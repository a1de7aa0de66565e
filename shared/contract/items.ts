import { z } from 'zod';
import { ItemAttribute } from './attributes.ts';
import { Description, Details, Flag, Name, PageQuery, pageOf, Slug, SlugParams } from './common.ts';
import type { Endpoint } from './endpoint.ts';
import { IfMatch, ItemVersion } from './versions.ts';

export const Item = z.object({
  id: z.int(),
  slug: z.string(),
  name: z.string(),
  kind: z.enum(['project', 'dataset', 'item']),
  parent: z.string().nullable(),
  description: z.string(),
  details: z.string(),
  version: ItemVersion,
  attributes: z.array(ItemAttribute),
});
export type Item = z.infer<typeof Item>;

export const NewItem = z.strictObject({
  parent: Slug,
  name: Name,
  description: Description.default(''),
  details: Details.default(''),
});
export type NewItem = z.infer<typeof NewItem>;

export const ItemChange = z.strictObject({
  name: Name.optional(),
  description: Description.optional(),
  details: Details.optional(),
});
export type ItemChange = z.infer<typeof ItemChange>;

export const itemEndpoints = {
  listItems: {
    method: 'get',
    path: '/items',
    summary: 'The items below one, or the projects',
    scope: 'read',
    needs: { may: 'visit', at: 'query.parent' },
    query: PageQuery.extend({
      parent: Slug.optional(),
      /** Also projects and datasets that are archived. */
      archived: Flag,
    }),
    response: pageOf(Item),
    errors: ['not-found'],
  },
  createItem: {
    method: 'post',
    path: '/items',
    summary: 'Add an item below another',
    scope: 'edit',
    needs: { may: 'edit', at: 'body.parent' },
    takesKey: true,
    body: NewItem,
    response: Item,
    versioned: true,
    status: 201,
  },
  getItem: {
    method: 'get',
    path: '/items/{slug}',
    summary: 'Any item: a project, a dataset or one below',
    scope: 'read',
    needs: { may: 'visit', at: 'params.slug' },
    params: SlugParams,
    response: Item,
    versioned: true,
  },
  changeItem: {
    method: 'patch',
    path: '/items/{slug}',
    summary: 'Change an item below a dataset or a project; projects and datasets are changed as such',
    scope: 'edit',
    needs: { may: 'edit', at: 'params.slug' },
    params: SlugParams,
    headers: IfMatch,
    body: ItemChange,
    response: Item,
    versioned: true,
  },
  deleteItem: {
    method: 'delete',
    path: '/items/{slug}',
    summary: 'Remove an item below a dataset or a project, with all below it',
    scope: 'edit',
    needs: { may: 'edit', at: 'params.slug' },
    params: SlugParams,
    headers: IfMatch,
  },
} as const satisfies Record<string, Endpoint>;

import type { AttributeRecord } from './attributes.ts';
import type { Catalog } from './open-catalog.ts';
import type { Page, PageRequest } from './page.ts';

/** Anything in the catalog tree. */
export interface ItemRecord {
  id: number;
  slug: string;
  name: string;
  kind: 'project' | 'dataset' | 'item';
  /** The slug of the item above, null for a project. */
  parent: string | null;
  description: string;
  details: string;
  attributes: AttributeRecord[];
}

export interface NewItemInput {
  /** Slug of any item. */
  parent: string;
  name: string;
  description: string;
  details: string;
}

/** The items directly below `parent`, or the projects without one, oldest first. Throws `not-found` for the parent. */
export declare function listItems(
  catalog: Catalog,
  request: PageRequest & { parent?: string },
): Promise<Page<ItemRecord>>;

/** Throws `not-found` for the parent, `conflict` when it has a child of that slug. */
export declare function createItem(catalog: Catalog, input: NewItemInput): Promise<ItemRecord>;

/** Throws `not-found`. */
export declare function getItem(catalog: Catalog, slug: string): Promise<ItemRecord>;

/** Removes an item with all below it. Throws `not-found`, and `conflict` for a project or a dataset. */
export declare function deleteItem(catalog: Catalog, slug: string, actor: string): Promise<void>;

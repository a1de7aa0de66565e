import type { Catalog } from './open-catalog.ts';

/** An attribute of an item. Dates and times are ISO 8601 texts, times in UTC. */
export type AttributeRecord = { key: string } & (
  | { type: 'char' | 'url' | 'datetime' | 'date'; value: string }
  | { type: 'float' | 'integer' | 'filesize'; value: number }
  | { type: 'boolean'; value: boolean }
  | { type: 'lat-long'; latitude: number; longitude: number }
);

/** Adds an attribute to the item with that slug. One key may stand more than once. Throws `not-found`. */
export declare function createAttribute(
  catalog: Catalog,
  input: { item: string; attribute: AttributeRecord },
): Promise<{ slug: string; attribute: AttributeRecord }>;

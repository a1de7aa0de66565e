import { z } from 'zod';
import { CHAR_MAX_LENGTH } from '../domain/attribute-type.ts';
import { Id, numberInText, refuseUnstorable, Slug, Text } from './common.ts';
import type { Endpoint } from './endpoint.ts';
import { IfMatch } from './versions.ts';

const Key = Text.trim().min(1, 'must not be empty').max(255);
const safeInteger = z.int();

/** The catalog keeps times in UTC, of the years 1 to 9999. */
function isKeptTime(text: string): boolean {
  const year = new Date(text).getUTCFullYear();
  return year >= 1 && year <= 9999;
}

const OUTSIDE = 'must be in a year from 1 to 9999, in UTC';

/** The value of an attribute, by type. Dates and times travel as ISO 8601 texts. */
const values = {
  char: { value: Text.max(CHAR_MAX_LENGTH) },
  float: { value: z.number() },
  integer: { value: safeInteger },
  filesize: { value: safeInteger.nonnegative() },
  boolean: { value: z.boolean() },
  datetime: { value: z.iso.datetime({ offset: true, abort: true }).refine(isKeptTime, OUTSIDE) },
  date: { value: z.iso.date({ abort: true }).refine(isKeptTime, OUTSIDE) },
  url: {
    value: z
      .url({ protocol: /^https?$/ })
      .max(1023)
      .superRefine(refuseUnstorable),
  },
  'lat-long': { latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) },
} as const;

/** An attribute of an item. */
export const Attribute = z.discriminatedUnion('type', [
  z.object({ key: Key, type: z.literal('char'), ...values.char }),
  z.object({ key: Key, type: z.literal('float'), ...values.float }),
  z.object({ key: Key, type: z.literal('integer'), ...values.integer }),
  z.object({ key: Key, type: z.literal('filesize'), ...values.filesize }),
  z.object({ key: Key, type: z.literal('boolean'), ...values.boolean }),
  z.object({ key: Key, type: z.literal('datetime'), ...values.datetime }),
  z.object({ key: Key, type: z.literal('date'), ...values.date }),
  z.object({ key: Key, type: z.literal('url'), ...values.url }),
  z.object({ key: Key, type: z.literal('lat-long'), ...values['lat-long'] }),
]);
export type Attribute = z.infer<typeof Attribute>;

/** An attribute as the catalog has it. One key may stand more than once, an id only once. */
export const ItemAttribute = z.intersection(z.object({ id: z.int() }), Attribute);
export type ItemAttribute = z.infer<typeof ItemAttribute>;

/** An attribute, and the slug of the item that has it. */
const AttributeOfItem = z.object({ slug: z.string(), attribute: ItemAttribute });

const AttributeParams = z.object({ id: numberInText(Id) });

export const NewAttribute = z.object({ item: Slug, attribute: Attribute });
export type NewAttribute = z.infer<typeof NewAttribute>;

export const attributeEndpoints = {
  createAttribute: {
    method: 'post',
    path: '/attributes',
    summary: 'Add an attribute to an item',
    scope: 'edit',
    needs: { may: 'edit', at: 'body.item' },
    headers: IfMatch,
    takesKey: true,
    body: NewAttribute,
    response: AttributeOfItem,
    status: 201,
  },
  changeAttribute: {
    method: 'put',
    path: '/attributes/{id}',
    summary: 'Change an attribute: its key, its value, or its type; `If-Match` is about its item',
    scope: 'edit',
    needs: { may: 'edit', at: 'attribute' },
    params: AttributeParams,
    headers: IfMatch,
    body: Attribute,
    response: AttributeOfItem,
  },
  deleteAttribute: {
    method: 'delete',
    path: '/attributes/{id}',
    summary: 'Remove an attribute; `If-Match` is about its item',
    scope: 'edit',
    needs: { may: 'edit', at: 'attribute' },
    params: AttributeParams,
    headers: IfMatch,
  },
} as const satisfies Record<string, Endpoint>;

import type { Item } from '../../shared/contract/items.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { assertMay } from '../auth/authorize.ts';
import { perform } from '../perform.ts';
import { fieldError } from './parse-form.ts';
import type { SeedCall } from './seed-route.ts';

type Place = Pick<SeedCall, 'context' | 'caller'>;

/** The item of that slug and, where one is named, of that kind, if the caller sees one. */
async function lookUp({ context, caller }: Place, slug: string, kind?: Item['kind']): Promise<Item | undefined> {
  try {
    const item = await perform(context, caller, 'getItem', { params: { slug } });
    await assertMay(context.catalog, caller, 'view', slug);
    return kind === undefined || item.kind === kind ? item : undefined;
  } catch (error) {
    // What can't be a slug is none of anything.
    if (error instanceof CrunchError && ['not-found', 'invalid-input'].includes(error.code)) return undefined;
    throw error;
  }
}

/** The item that the path names. Throws `not-found`. */
export async function findItem(place: Place, slug: string, kind?: Item['kind']): Promise<Item> {
  const item = await lookUp(place, slug, kind);
  if (item) return item;
  const word = kind ?? 'item';
  throw new CrunchError(
    'not-found',
    `No ${word.replace(/^./, (letter) => letter.toUpperCase())} matches the given query.`,
  );
}

/** The item that a field names. Throws `invalid-input`. */
export async function findRelated(place: Place, field: string, slug: string, kind?: Item['kind']): Promise<Item> {
  const item = await lookUp(place, slug, kind);
  if (item) return item;
  throw fieldError(field, `Object with slug=${slug} does not exist.`);
}

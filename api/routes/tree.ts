import { planDeletion } from '../../catalog/delete-tree.ts';
import { getItemTotals } from '../../catalog/item-totals.ts';
import { moveItem } from '../../catalog/move-item.ts';
import { RESHAPING_TIME } from '../../catalog/tree.ts';
import { listPlaces, type PlaceRecord } from '../../catalog/places.ts';
import type { Place, treeEndpoints } from '../../shared/contract/tree.ts';
import { assertMay } from '../auth/authorize.ts';
import { countStored } from '../count-stored.ts';
import type { HandlersOf } from '../handler.ts';
import { presentPlace } from '../presenters/present-place.ts';

export const treeHandlers: HandlersOf<typeof treeEndpoints> = {
  async getTotals({ catalog }, { params, standing }) {
    return getItemTotals(catalog, params.slug, { withDrafts: standing.right !== 'visit' });
  },

  async listPlaces({ catalog }, { params, standing }) {
    return presentPlaces(listPlaces(catalog, params.slug, { withDrafts: standing.right !== 'visit' }));
  },

  async previewDeletion({ catalog, storage }, { params, signal }) {
    const { basePaths, ...plan } = await planDeletion(catalog, params.slug);
    return { ...plan, stored: await countStored(storage, basePaths, signal) };
  },

  async moveItem(context, { params: { slug }, headers, body, caller, once }) {
    // A project's name is its owners'.
    if (!slug.includes(':')) await assertMay(context.catalog, caller, 'own', slug);
    if (body.parent !== undefined) await assertMay(context.catalog, caller, 'edit', body.parent);
    const deed = { actor: caller, ifVersion: headers['if-match'] };
    return once((catalog) => moveItem(catalog, slug, body, deed), RESHAPING_TIME);
  },
};

async function* presentPlaces(places: AsyncIterable<PlaceRecord>): AsyncGenerator<Place> {
  for await (const place of places) yield presentPlace(place);
}

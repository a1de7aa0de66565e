import { createItem, deleteItem, getItem, listItems } from '../../catalog/items.ts';
import type { itemEndpoints } from '../../shared/contract/items.ts';
import { assertSees } from '../auth/caller.ts';
import type { HandlersOf } from '../handler.ts';

export const itemHandlers: HandlersOf<typeof itemEndpoints> = {
  async listItems({ catalog }, { query, caller }) {
    if (query.parent !== undefined) assertSees(caller, query.parent);
    return listItems(catalog, { ...query, onlyProjects: caller.projects });
  },

  async createItem({ catalog }, { body, caller }) {
    assertSees(caller, body.parent);
    return createItem(catalog, body);
  },

  async getItem({ catalog }, { params, caller }) {
    assertSees(caller, params.slug);
    return getItem(catalog, params.slug);
  },

  async deleteItem({ catalog }, { params, caller }) {
    assertSees(caller, params.slug);
    return deleteItem(catalog, params.slug, caller.name);
  },
};

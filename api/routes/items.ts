import { changeItem, createItem, deleteItem, getItem, listItems } from '../../catalog/items.ts';
import type { itemEndpoints } from '../../shared/contract/items.ts';
import type { HandlersOf } from '../handler.ts';

export const itemHandlers: HandlersOf<typeof itemEndpoints> = {
  async listItems({ catalog }, { query, caller }) {
    return listItems(catalog, { ...query, access: caller.access });
  },

  async createItem({ catalog }, { body }) {
    return createItem(catalog, body);
  },

  async getItem({ catalog }, { params }) {
    return getItem(catalog, params.slug);
  },

  async changeItem({ catalog }, { params, body, caller }) {
    return changeItem(catalog, params.slug, body, caller.name);
  },

  async deleteItem({ catalog }, { params, caller }) {
    return deleteItem(catalog, params.slug, caller.name);
  },
};

import { deleteTree } from '../../catalog/delete-tree.ts';
import { changeItem, createItem, getItem, listItems } from '../../catalog/items.ts';
import type { itemEndpoints } from '../../shared/contract/items.ts';
import type { HandlersOf } from '../handler.ts';

export const itemHandlers: HandlersOf<typeof itemEndpoints> = {
  async listItems({ catalog }, { query, caller }) {
    return listItems(catalog, { ...query, access: caller.access });
  },

  async createItem(_context, { body, caller, once }) {
    return once((catalog) => createItem(catalog, body, caller));
  },

  async getItem({ catalog }, { params }) {
    return getItem(catalog, params.slug);
  },

  async changeItem({ catalog }, { params, headers, body, caller }) {
    return changeItem(catalog, params.slug, body, { actor: caller, ifVersion: headers['if-match'] });
  },

  async deleteItem({ catalog }, { params, headers, caller }) {
    const deletion = { actor: caller, ifVersion: headers['if-match'], keepFiles: false };
    return deleteTree(catalog, params.slug, 'item', deletion);
  },
};

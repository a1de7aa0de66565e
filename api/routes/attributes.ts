import {
  changeAttribute,
  createAttribute,
  deleteAttribute,
  findItemOfAttribute,
  missingAttribute,
} from '../../catalog/attributes.ts';
import { attributeEndpoints } from '../../shared/contract/attributes.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { assertMay } from '../auth/authorize.ts';
import type { Caller } from '../auth/caller.ts';
import type { ApiContext } from '../context.ts';
import type { HandlersOf } from '../handler.ts';

export const attributeHandlers: HandlersOf<typeof attributeEndpoints> = {
  async createAttribute(_context, { headers, body, caller, once }) {
    const deed = { actor: caller, ifVersion: headers['if-match'] };
    return once((catalog) => createAttribute(catalog, body, deed));
  },

  async changeAttribute(context, { params: { id }, headers, body, caller }) {
    await assertMayEdit(context, caller, id);
    return changeAttribute(context.catalog, id, body, { actor: caller, ifVersion: headers['if-match'] });
  },

  async deleteAttribute(context, { params: { id }, headers, caller }) {
    await assertMayEdit(context, caller, id);
    return deleteAttribute(context.catalog, id, { actor: caller, ifVersion: headers['if-match'] });
  },
};

/** Throws the same `not-found` for an attribute that isn't there and for one that doesn't exist for the caller. */
async function assertMayEdit({ catalog }: ApiContext, caller: Caller, id: number): Promise<void> {
  const item = await findItemOfAttribute(catalog, id);
  await assertMay(catalog, caller, attributeEndpoints.changeAttribute.needs.may, item).catch((error: unknown) => {
    throw error instanceof CrunchError && error.code === 'not-found' ? missingAttribute(id) : error;
  });
}

import { createToken, listTokens, revokeToken } from '../../catalog/tokens.ts';
import type { tokenEndpoints } from '../../shared/contract/tokens.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { HandlersOf } from '../handler.ts';
import { presentPage } from '../presenters/present-page.ts';
import { presentToken } from '../presenters/present-token.ts';

export const tokenHandlers: HandlersOf<typeof tokenEndpoints> = {
  async listTokens({ catalog }, { query }) {
    return presentPage(await listTokens(catalog, query), presentToken);
  },

  async createToken({ catalog }, { body, caller }) {
    if (body.scope === 'admin' && body.projects.length + body.pools.length > 0) {
      // It could make itself a token without limits.
      throw new CrunchError('invalid-input', 'A token of the scope “admin” can’t be limited to projects or pools.');
    }
    const { token, ...record } = await createToken(catalog, body, caller.name);
    return { ...presentToken(record), token };
  },

  async revokeToken({ catalog }, { params, caller }) {
    return revokeToken(catalog, params.id, caller.name);
  },
};

import { createToken, listTokens, revokeToken } from '../../catalog/tokens.ts';
import type { NewToken, tokenEndpoints } from '../../shared/contract/tokens.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { assertMay, isAdmin } from '../auth/authorize.ts';
import { covers } from '../auth/covers.ts';
import type { Caller } from '../auth/caller.ts';
import type { HandlersOf } from '../handler.ts';
import { presentPage } from '../presenters/present-page.ts';
import { presentToken } from '../presenters/present-token.ts';

export const tokenHandlers: HandlersOf<typeof tokenEndpoints> = {
  async listTokens({ catalog }, { query, caller }) {
    return presentPage(await listTokens(catalog, { ...query, personId: onlyOf(caller) }), presentToken);
  },

  async createToken({ catalog }, { body, caller }) {
    assertMayGive(caller, body);
    for (const project of body.projects) await assertMay(catalog, caller, 'visit', project);
    // A host goes on when whoever set it up is gone.
    const personId = body.scope === 'host' ? undefined : caller.person?.id;
    const { token, ...record } = await createToken(catalog, { ...body, personId }, caller);
    return { ...presentToken(record), token };
  },

  async revokeToken({ catalog }, { params, caller }) {
    return revokeToken(catalog, { ...params, personId: onlyOf(caller) }, caller);
  },
};

/** The person whose tokens are the only ones for this caller; undefined for an admin. */
function onlyOf(caller: Caller): string | undefined {
  return isAdmin(caller) ? undefined : caller.person?.id;
}

function assertMayGive(caller: Caller, { scope, projects, pools }: NewToken): void {
  if (!covers(caller.scope, scope)) {
    throw new CrunchError(
      'not-allowed',
      `You may do less than the scope “${scope}” allows; yours is “${caller.scope}”.`,
    );
  }
  if (scope === 'host' && caller.role !== 'admin') {
    throw new CrunchError('not-allowed', 'Only an admin of this server makes tokens for hosts.');
  }
  if (scope === 'admin' && projects.length + pools.length > 0) {
    // It could make itself a token without limits.
    throw new CrunchError('invalid-input', 'A token of the scope “admin” can’t be limited to projects or pools.');
  }
}

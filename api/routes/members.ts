import { listMembers, removeMember, setMember } from '../../catalog/memberships.ts';
import type { memberEndpoints } from '../../shared/contract/members.ts';
import { isAdmin } from '../auth/authorize.ts';
import type { Caller } from '../auth/caller.ts';
import type { HandlersOf } from '../handler.ts';
import { presentMember } from '../presenters/present-member.ts';
import { presentPage } from '../presenters/present-page.ts';

export const memberHandlers: HandlersOf<typeof memberEndpoints> = {
  async listMembers({ catalog }, { params, query }) {
    return presentPage(await listMembers(catalog, { ...query, project: params.slug }), presentMember);
  },

  async setMember({ catalog }, { params: { slug, email }, body, caller }) {
    return presentMember(await setMember(catalog, { project: slug, email, ...body }, by(caller)));
  },

  async removeMember({ catalog }, { params: { slug, email }, caller }) {
    return removeMember(catalog, { project: slug, email }, by(caller));
  },
};

/** A project without an owner is the admins' own: only one of them may leave it so. */
function by(caller: Caller): { actor: Caller; mayLeaveNone: boolean } {
  return { actor: caller, mayLeaveNone: isAdmin(caller) };
}

import type { MemberRecord } from '../../catalog/memberships.ts';
import type { Member } from '../../shared/contract/members.ts';

export function presentMember({ since, ...member }: MemberRecord): Member {
  return { ...member, since: since.toISOString() };
}

import { type Access } from '../../catalog/access.ts';
import type { Scope } from '../../shared/contract/endpoint.ts';
import type { PersonRole } from '../../shared/domain/person-role.ts';
import type { Right } from '../../shared/domain/project-role.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';

/** Who asks: whoever is signed in, the holder of a token, or anybody else. */
export interface Caller {
  kind: 'visitor' | 'person' | 'token';
  /** Differs for each person and token; for visitors, for each address. */
  id: string;
  /** As the audit log names them: a person's e-mail address, a token's name, or both. */
  name: string;
  /** As they call themselves or their token. */
  shownName: string;
  /** Where the request came from. */
  address: string;
  person?: { id: string; name: string; email: string };
  /** What their token allows. Nothing limits whoever is signed in but their role: theirs is `admin`. */
  scope: Scope;
  /** What they are on this server. A token that is nobody's own stands for the server's admins. */
  role: PersonRole | 'visitor';
  /** What they may do in which projects. */
  access: Access;
}

/** What a token's scope lets its holder do in a project, at most. A host's token does the rest by its own operations. */
const MOST_BY_SCOPE: Record<Scope, Right> = {
  read: 'view',
  edit: 'edit',
  operate: 'operate',
  host: 'view',
  admin: 'own',
};

const BY_ROLE: Record<Caller['role'], Access['byVisibility']> = {
  visitor: { public: 'visit' },
  guest: { public: 'visit' },
  member: { internal: 'view', public: 'view' },
  admin: { private: 'own', internal: 'own', public: 'own' },
};

/** What a caller of that role and scope may do in projects; `personId` is of whom memberships count. */
export function accessOf(
  { role, scope }: Pick<Caller, 'role' | 'scope'>,
  { personId, limits }: Pick<Access, 'personId' | 'limits'> = {},
): Access {
  return { byVisibility: BY_ROLE[role], most: MOST_BY_SCOPE[scope], personId, limits };
}

/** Throws `not-allowed` for a token that is limited to some projects or pools. */
export function assertUnlimited({ access }: Caller, deed: string): void {
  if (access.limits !== undefined) {
    throw new CrunchError('not-allowed', `Your token is limited to some projects or pools and can't ${deed}.`);
  }
}

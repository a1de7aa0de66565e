import { z } from 'zod';
import { PROJECT_ROLES } from '../domain/project-role.ts';
import { PageQuery, pageOf, Slug, SlugParams, Timestamp } from './common.ts';
import type { Endpoint } from './endpoint.ts';
import { Email } from './people.ts';

/** What a person is in a project: each role may do what those before it may, and more. */
export const ProjectRoleName = z.enum(PROJECT_ROLES);

/** Somebody who is something in a project. */
export const Member = z.object({ email: z.string(), name: z.string(), role: ProjectRoleName, since: Timestamp });
export type Member = z.infer<typeof Member>;

const MemberParams = z.object({ slug: Slug, email: Email });

export const memberEndpoints = {
  listMembers: {
    method: 'get',
    path: '/projects/{slug}/members',
    summary: 'Who is what in a project, by e-mail address. Admins of the server, who may do everything, are not listed',
    scope: 'read',
    needs: { may: 'view', at: 'params.slug' },
    params: SlugParams,
    query: PageQuery,
    response: pageOf(Member),
  },
  setMember: {
    method: 'put',
    path: '/projects/{slug}/members/{email}',
    summary: 'Make somebody with an account a member of a project, or change their role; an owner has to remain',
    scope: 'admin',
    needs: { may: 'own', at: 'params.slug' },
    params: MemberParams,
    body: z.strictObject({ role: ProjectRoleName }),
    response: Member,
  },
  removeMember: {
    method: 'delete',
    path: '/projects/{slug}/members/{email}',
    summary: 'End somebody’s membership of a project; an owner has to remain',
    scope: 'admin',
    needs: { may: 'own', at: 'params.slug' },
    params: MemberParams,
  },
} as const satisfies Record<string, Endpoint>;

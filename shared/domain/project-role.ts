/** What a person is in one project, from least to most. */
export const PROJECT_ROLES = ['viewer', 'editor', 'operator', 'owner'] as const;
export type ProjectRole = (typeof PROJECT_ROLES)[number];

/**
 * What somebody may do in a project, from least to most; each includes those before it. `visit` is to see what the
 * public sees of a public project, `view` to see everything, and the others are what the roles add.
 */
export const RIGHTS = ['visit', 'view', 'edit', 'operate', 'own'] as const;
export type Right = (typeof RIGHTS)[number];

/** What each role comes to. */
export const RIGHT_OF_ROLE: Record<ProjectRole, Right> = {
  viewer: 'view',
  editor: 'edit',
  operator: 'operate',
  owner: 'own',
};

/** Whether `held` includes `needed`. */
export function includesRight(held: Right, needed: Right): boolean {
  return RIGHTS.indexOf(held) >= RIGHTS.indexOf(needed);
}

/** All rights that one includes, from least to most. */
export function rightsUpTo(right: Right): Right[] {
  return RIGHTS.slice(0, RIGHTS.indexOf(right) + 1);
}

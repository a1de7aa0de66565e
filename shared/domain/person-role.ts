/**
 * What a person is on this server, from least to most: a guest has public projects and those they are a member of; a
 * member has internal projects too and may add projects; an admin has and may do everything.
 */
export const PERSON_ROLES = ['guest', 'member', 'admin'] as const;
export type PersonRole = (typeof PERSON_ROLES)[number];

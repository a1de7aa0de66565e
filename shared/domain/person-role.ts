/** What a person may do, from least to most: the scope of that name. */
export const PERSON_ROLES = ['read', 'operate', 'admin'] as const;
export type PersonRole = (typeof PERSON_ROLES)[number];

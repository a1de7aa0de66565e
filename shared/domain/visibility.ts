/**
 * For whom a project exists: its members; also everybody with an account as a member of the server; or the whole world,
 * which sees less of it than its members do.
 */
export const VISIBILITIES = ['private', 'internal', 'public'] as const;
export type Visibility = (typeof VISIBILITIES)[number];

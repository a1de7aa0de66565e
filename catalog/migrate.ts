/**
 * Brings a database to this version's schema, and creates it when the server has none of that name.
 * Returns the names of the migrations that were applied. Several processes may call it at once.
 * Throws `catalog-unavailable`, or `conflict` when the database is newer than this version.
 */
export declare function migrateCatalog(databaseUrl: string): Promise<{ applied: string[] }>;

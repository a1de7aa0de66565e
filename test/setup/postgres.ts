/** A PostgreSQL server for tests, which ends with them. */
export interface TestPostgres {
  /** The URL of a fresh, migrated database. */
  createTestDatabase(): Promise<string>;
  stop(): Promise<void>;
}

export declare function startTestPostgres(): Promise<TestPostgres>;

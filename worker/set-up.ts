import { grantAppRole } from '../catalog/grant-app-role.ts';
import { migrateCatalog } from '../catalog/migrate.ts';
import { setUpTemporal } from '../platform/set-up-temporal.ts';
import type { TemporalSettings } from '../platform/temporal-settings.ts';

interface SetUp {
  databaseUrl: string;
  temporal: TemporalSettings;
  /** The role by which servers and control workers reach the database, where that isn't the one that prepares it. */
  appRole?: string;
}

/** Prepares what the server stands on: the catalog's tables, and Temporal's namespace and search attributes. */
export async function setUp({ databaseUrl, temporal, appRole }: SetUp): Promise<void> {
  await migrateCatalog(databaseUrl);
  if (appRole !== undefined) await grantAppRole(databaseUrl, appRole);
  await setUpTemporal(temporal);
}

import { migrateCatalog } from '../catalog/migrate.ts';
import { setUpTemporal } from '../platform/set-up-temporal.ts';
import type { TemporalSettings } from '../platform/temporal-settings.ts';

/** Prepares what the server stands on: the catalog's tables, and Temporal's namespace and search attributes. */
export async function setUp(services: { databaseUrl: string; temporal: TemporalSettings }): Promise<void> {
  await migrateCatalog(services.databaseUrl);
  await setUpTemporal(services.temporal);
}

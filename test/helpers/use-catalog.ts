import type { Catalog } from '../../catalog/open-catalog.ts';
import { makeTestCatalogs, type TestCatalogs } from '../setup/catalog.ts';

/** Opens a fresh catalog for each test of the suite and hands it over before the test begins. */
export function useCatalog(templateUrl: string, handOver: (catalog: Catalog) => void): TestCatalogs {
  const catalogs = makeTestCatalogs(templateUrl);
  beforeEach(async () => handOver(await catalogs.open()));
  afterAll(() => catalogs.close());
  return catalogs;
}

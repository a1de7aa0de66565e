import { admitDatasets, type AdmissionDefaults } from '../../catalog/admission.ts';
import type { Catalog } from '../../catalog/open-catalog.ts';

/** What projects get that say nothing else. */
export const ADMISSION_DEFAULTS: AdmissionDefaults = {
  timing: { heartbeatTimeoutMs: 30_000, graceMs: 60_000, killGraceMs: 5000 },
  freeBytes: 10,
};

/** Admits what can be admitted, and gives the slugs in the order of admission. */
export async function admitSlugs(catalog: Catalog): Promise<string[]> {
  return (await admitDatasets(catalog, ADMISSION_DEFAULTS)).map(({ dataset }) => dataset.slug);
}

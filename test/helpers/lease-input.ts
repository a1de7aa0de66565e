import type { LeaseInput } from '../../shared/domain/processing.ts';

/** A lease whose times are longer than any test. */
export const LEASE_INPUT: LeaseInput = {
  dataset: { id: 1, slug: 'p:d', projectId: 1, projectSlug: 'p', basePath: 'crunch/p/d' },
  runId: 'r1',
  leaseNumber: 1,
  route: 'any',
  needs: { protocol: 1, stages: [], engine: 'script', freeBytes: 0 },
  timing: { heartbeatTimeoutMs: 3_600_000, graceMs: 3_600_000, killGraceMs: 3_600_000 },
};

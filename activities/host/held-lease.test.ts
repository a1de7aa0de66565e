import type { LeaseInput } from '../../shared/domain/processing.ts';
import { HeldLease } from './held-lease.ts';

const INPUT: LeaseInput = {
  dataset: { id: 1, slug: 'p:d', projectId: 1, projectSlug: 'p', basePath: 'crunch/p/d' },
  runId: 'r',
  leaseNumber: 1,
  route: 'any',
  needs: { protocol: 1, stages: [], engine: 'script', freeBytes: 0 },
  timing: { heartbeatTimeoutMs: 3_600_000, graceMs: 3_600_000, killGraceMs: 3_600_000 },
};

test.each<[string, (lease: HeldLease) => unknown]>([
  ['its work is over', (lease) => lease.end()],
  ['it is lost', (lease) => lease.lose()],
  ['it is handed back', (lease) => lease.handBack('in good order')],
])('nothing may be written under a lease once %s, whatever still runs', (_when, letGo) => {
  const lease = new HeldLease(INPUT);
  lease.assertHeld();
  void lease.track(new Promise(() => undefined));
  void letGo(lease);
  expect(() => lease.assertHeld()).toThrow(expect.objectContaining({ code: 'lease-lost' }));
  void lease.lose();
});

test('a hand-back in good order becomes one at once by a second call', async () => {
  const lease = new HeldLease(INPUT);
  let end!: () => void;
  void lease.track(new Promise<void>((resolve) => (end = resolve)));
  const gentle = lease.handBack('in good order');
  expect([lease.signal.aborted, lease.killSignal.aborted]).toEqual([true, false]);
  const urgent = lease.handBack('at once');
  expect(lease.killSignal.aborted).toBe(true);
  end();
  await Promise.all([gentle, urgent]);
  await expect(lease.released).resolves.toBe('handed-back');
});

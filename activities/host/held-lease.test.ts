import { HeldLease } from './held-lease.ts';
import { LEASE_INPUT } from '../../test/helpers/lease-input.ts';

test.each<[string, (lease: HeldLease) => unknown]>([
  ['its work is over', (lease) => lease.end()],
  ['it is lost', (lease) => lease.lose()],
  ['it is handed back', (lease) => lease.handBack('in good order')],
])('nothing may be written under a lease once %s, whatever still runs', (_when, letGo) => {
  const lease = new HeldLease(LEASE_INPUT);
  lease.assertHeld();
  void lease.track(new Promise(() => undefined));
  void letGo(lease);
  expect(() => lease.assertHeld()).toThrow(expect.objectContaining({ code: 'lease-lost' }));
  void lease.lose();
});

test('a hand-back in good order becomes one at once by a second call', async () => {
  const lease = new HeldLease(LEASE_INPUT);
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

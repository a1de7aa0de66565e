import { tmpdir } from 'node:os';
import { DiskWatch } from './disk-watch.ts';
import type { HostEvent, HostMode } from './host-options.ts';

const directory = tmpdir();

function watch(mode: HostMode, neededBytes: number, leases: { size: number; open: string[] }) {
  const events: HostEvent[] = [];
  const host = { directory, mode, onEvent: (event: HostEvent) => void events.push(event) };
  return { disk: new DiskWatch({ host, leases, neededBytes }), events };
}

test('a disk with room is no news', async () => {
  const { disk, events } = watch({ kind: 'next' }, 0, { size: 0, open: [] });
  expect(await disk.hasRoom()).toBe(true);
  expect(events).toEqual([]);
});

test('a host that runs for ever tells once that its disk is short, and waits', async () => {
  const { disk, events } = watch({ kind: 'loop', untilEmpty: false }, Infinity, { size: 0, open: [] });
  expect([await disk.hasRoom(), await disk.hasRoom()]).toEqual([false, false]);
  expect(events).toEqual([{ type: 'disk-short', directory, freeBytes: expect.any(Number), neededBytes: Infinity }]);
  expect(await Promise.race([disk.full, Promise.resolve('waits')])).toBe('waits');
});

test.each<HostMode>([{ kind: 'next' }, { kind: 'run', dataset: 'p:d' }, { kind: 'loop', untilEmpty: true }])(
  'a host of mode %j ends when it has nothing in hand and no room',
  async (mode) => {
    const leases = { size: 1, open: [] as string[] };
    const { disk } = watch(mode, Infinity, leases);
    await disk.hasRoom();
    expect(await Promise.race([disk.full, Promise.resolve('waits')])).toBe('waits');
    leases.size = 0;
    await disk.hasRoom();
    await expect(disk.full).rejects.toMatchObject({
      code: 'host-disk-full',
      message: expect.stringContaining(directory),
    });
  },
);

import type { CatalogNotifications } from '../catalog/notifications.ts';
import type { HostWork } from '../shared/contract/hosts.ts';
import { waitForWork } from './wait-for-work.ts';

const NOTHING: HostWork = { queued: 0, runningElsewhere: 0, held: 0, ended: [] };

/** Notifications that the test itself gives. */
class TestNotifications implements CatalogNotifications {
  readonly listeners = new Set<() => void>();

  onAdmission(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  onChange(): () => void {
    return () => undefined;
  }

  onExternalClaim(): () => void {
    return () => undefined;
  }

  onCancellation(): () => void {
    return () => undefined;
  }

  onRemoval(): () => void {
    return () => undefined;
  }

  onOutput(): () => void {
    return () => undefined;
  }

  onAccess(): () => void {
    return () => undefined;
  }

  notify(): void {
    for (const listener of this.listeners) listener();
  }
}

function setUp(waitSeconds: number) {
  const notifications = new TestNotifications();
  const stop = new AbortController();
  const gone = new AbortController();
  const wait = (read: () => Promise<HostWork>, known: Partial<HostWork> = NOTHING) =>
    waitForWork({ notifications, stopping: stop.signal }, read, { known, waitSeconds, signal: gone.signal });
  return { notifications, stop, gone, wait };
}

test('what is news to the caller is told at once, and so is everything to one who does not wait', async () => {
  const news = { ...NOTHING, held: 1 };
  await expect(setUp(3600).wait(async () => news)).resolves.toEqual(news);
  const end: HostWork = { ...NOTHING, ended: [{ lease: 'a run/1', outcome: 'failed' }] };
  await expect(setUp(3600).wait(async () => end)).resolves.toEqual(end);
  await expect(setUp(3600).wait(async () => NOTHING, {})).resolves.toEqual(NOTHING);
  await expect(setUp(0).wait(async () => NOTHING)).resolves.toEqual(NOTHING);
});

test('news that come while the catalog is being read are not missed', async () => {
  const { notifications, wait } = setUp(3600);
  let reads = 0;
  const read = async () => {
    reads += 1;
    if (reads === 1) notifications.notify();
    return { ...NOTHING, queued: reads - 1 };
  };
  await expect(wait(read)).resolves.toEqual({ ...NOTHING, queued: 1 });
  expect(notifications.listeners.size).toBe(0);
});

test('what changes nothing for the caller is not told', async () => {
  const { notifications, wait } = setUp(3600);
  let reads = 0;
  const read = async () => {
    reads += 1;
    if (reads < 3) notifications.notify();
    return reads < 3 ? NOTHING : { ...NOTHING, queued: 5 };
  };
  await expect(wait(read)).resolves.toEqual({ ...NOTHING, queued: 5 });
  expect(reads).toBe(3);
});

test('the wait ends when its time is up, the caller is gone, or the server stops', async () => {
  await expect(setUp(0.01).wait(async () => NOTHING)).resolves.toEqual(NOTHING);
  for (const end of ['stop', 'gone'] as const) {
    const parts = setUp(3600);
    const answer = parts.wait(async () => NOTHING);
    parts[end].abort();
    await expect(answer).resolves.toEqual(NOTHING);
  }
});

import type { CatalogChange, CatalogNotifications } from '../../catalog/notifications.ts';
import { gatherChanges } from './gather-changes.ts';

/** Notifications that the test itself gives. */
class TestNotifications implements CatalogNotifications {
  change: (change: CatalogChange) => void = () => undefined;
  access: () => void = () => undefined;
  listeners = 0;

  onAdmission(): () => void {
    return () => undefined;
  }

  onChange(listener: (change: CatalogChange) => void): () => void {
    this.change = listener;
    return this.count();
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

  onAccess(listener: () => void): () => void {
    this.access = listener;
    return this.count();
  }

  private count(): () => void {
    this.listeners += 1;
    return () => (this.listeners -= 1);
  }
}

const FOREVER_MS = 1_000_000;

function setUp(isWanted: (change: CatalogChange) => boolean = () => true) {
  const notifications = new TestNotifications();
  const over = new AbortController();
  const gathered = gatherChanges(notifications, isWanted);
  return { notifications, over, gathered, next: (waitMs = FOREVER_MS) => gathered.next(waitMs, over.signal) };
}

test('many changes of one thing are told once, each different thing for itself', async () => {
  const { notifications, next } = setUp();
  for (let time = 0; time < 50; time += 1) {
    notifications.change({ dataset: 'p:a', project: 'p' });
    notifications.change({ host: 'm3' });
  }
  expect(await next()).toEqual({
    changes: [{ dataset: 'p:a', project: 'p' }, { host: 'm3' }],
    accessChanged: false,
  });
  notifications.change({ host: 'm3' });
  expect((await next()).changes).toEqual([{ host: 'm3' }]);
});

test('a flood is told as one, also to a reader who was away for long', async () => {
  const { notifications, next } = setUp();
  for (let time = 0; time < 10_000; time += 1) notifications.change({ dataset: `p:${time}` });
  expect((await next()).changes).toEqual([{}]);
  notifications.change({ dataset: 'p:a' });
  expect((await next()).changes).toEqual([{ dataset: 'p:a' }]);
});

test('what is not wanted wakes nobody', async () => {
  const { notifications, next } = setUp(({ host }) => host !== undefined);
  const news = next();
  notifications.change({ dataset: 'p:a' });
  notifications.change({ dataset: 'p:b', host: 'm3' });
  expect((await news).changes).toEqual([{ dataset: 'p:b', host: 'm3' }]);
});

test('an access that ended is told at once, and takes no changes along', async () => {
  const { notifications, next } = setUp();
  const news = next();
  notifications.change({ host: 'm3' });
  notifications.access();
  expect(await news).toEqual({ changes: [], accessChanged: true });
  expect(await next()).toEqual({ changes: [{ host: 'm3' }], accessChanged: false });
});

test('it ends its wait when the time is up and when it is over', async () => {
  const { over, gathered, next, notifications } = setUp();
  const nothing = { changes: [], accessChanged: false };
  expect(await next(1)).toEqual(nothing);
  const news = next();
  over.abort();
  expect(await news).toEqual(nothing);
  expect(await next()).toEqual(nothing);
  expect(notifications.listeners).toBe(2);
  gathered.end();
  expect(notifications.listeners).toBe(0);
});

import { setTimeout as delay } from 'node:timers/promises';
import type { CatalogNotifications } from '../catalog/notifications.ts';
import type { HostWork } from '../shared/contract/hosts.ts';

/** News come in bursts, such as a thousand datasets queued at once; they are looked at together. */
const BURST_MS = 100;

interface Surroundings {
  notifications: CatalogNotifications;
  /** Aborted when the server stops. */
  stopping: AbortSignal;
}

type KnownWork = Partial<Omit<HostWork, 'ended'>>;

interface Wait {
  /** What the caller knows already. */
  known: KnownWork;
  waitSeconds: number;
  /** Aborted when the caller is gone. */
  signal: AbortSignal;
}

/** What `read` gives, as soon as it differs from what is known, a lease ended, the time is up, or the server stops. */
export async function waitForWork(
  { notifications, stopping }: Surroundings,
  read: () => Promise<HostWork>,
  { known, waitSeconds, signal }: Wait,
): Promise<HostWork> {
  // Not AbortSignal.timeout(): Node 20 may collect such a signal, with its timer, while only another depends on it.
  const timeUp = new AbortController();
  const timer = setTimeout(() => timeUp.abort(), waitSeconds * 1000);
  const over = AbortSignal.any([signal, stopping, timeUp.signal]);
  const news = listen(notifications);
  try {
    for (;;) {
      const work = await read();
      if (isNews(work, known) || waitSeconds === 0 || over.aborted) return work;
      await news.next(over);
    }
  } finally {
    clearTimeout(timer);
    news.end();
  }
}

function isNews({ queued, runningElsewhere, held, ended }: HostWork, known: KnownWork): boolean {
  const isSame = queued === known.queued && runningElsewhere === known.runningElsewhere && held === known.held;
  return !isSame || ended.length > 0;
}

interface News {
  /** Ends after something was heard of since the last call, or when it is over. */
  next(over: AbortSignal): Promise<void>;
  end(): void;
}

function listen(notifications: CatalogNotifications): News {
  let heard = false;
  let wake = () => {};
  const hear = () => {
    heard = true;
    wake();
  };
  const endings = [notifications.onAdmission(hear), notifications.onChange(hear)];
  return {
    async next(over) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (heard || over.aborted) resolve();
        else over.addEventListener('abort', () => resolve(), { once: true });
      });
      if (!over.aborted) await delay(BURST_MS);
      heard = false;
    },
    end() {
      for (const end of endings) end();
    },
  };
}

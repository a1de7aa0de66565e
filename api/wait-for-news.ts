import { setTimeout as delay } from 'node:timers/promises';
import type { CatalogNotifications } from '../catalog/notifications.ts';

export interface Surroundings {
  notifications: CatalogNotifications;
  /** Aborted when the server stops. */
  stopping: AbortSignal;
}

export interface Wait<T> {
  /** Whether this is what is waited for. */
  isNews(read: T): boolean;
  waitMs: number;
  /** News come in bursts: those that come within so long are looked at together. */
  burstMs: number;
  /** Aborted when the caller is gone. */
  signal: AbortSignal;
}

/** What `read` gives, as soon as it is news, the time is up, or the server stops; read again when the catalog changed. */
export async function waitForNews<T>(
  { notifications, stopping }: Surroundings,
  read: () => Promise<T>,
  { isNews, waitMs, burstMs, signal }: Wait<T>,
): Promise<T> {
  // Not AbortSignal.timeout(): Node 20 may collect such a signal, with its timer, while only another depends on it.
  const timeUp = new AbortController();
  const timer = setTimeout(() => timeUp.abort(), waitMs);
  const over = AbortSignal.any([signal, stopping, timeUp.signal]);
  const news = listen(notifications, burstMs);
  try {
    for (;;) {
      const found = await read();
      if (isNews(found) || waitMs === 0 || over.aborted) return found;
      await news.next(over);
    }
  } finally {
    clearTimeout(timer);
    news.end();
  }
}

interface News {
  /** Ends after something was heard of since the last call, or when it is over. */
  next(over: AbortSignal): Promise<void>;
  end(): void;
}

function listen(notifications: CatalogNotifications, burstMs: number): News {
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
      if (!over.aborted) await delay(burstMs);
      heard = false;
    },
    end() {
      for (const end of endings) end();
    },
  };
}

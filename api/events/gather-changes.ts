import type { CatalogNotifications } from '../../catalog/notifications.ts';
import type { Change } from '../../shared/contract/events.ts';
import { sleepUntil } from './sleep-until.ts';

/** Changes come in bursts; those of so long are told together. */
const BURST_MS = 250;

/** More different changes than these are told as one: that anything may have changed. */
const MOST_CHANGES = 100;

/** What woke the teller. */
interface News {
  /** Each different change since the last news, once. */
  changes: Change[];
  /** Whether somebody's access may have ended. */
  accessChanged: boolean;
}

/** Changes that wait to be told. However slow the reader is, it never holds more than a few. */
export interface GatheredChanges {
  /** Resolves when there is news, the time is up, or it is over. */
  next(waitMs: number, over: AbortSignal): Promise<News>;
  end(): void;
}

/** Begins to listen to the changes that are wanted. */
export function gatherChanges(
  notifications: CatalogNotifications,
  isWanted: (change: Change) => boolean,
): GatheredChanges {
  const gathered = new Map<string, Change>();
  let burst: NodeJS.Timeout | undefined;
  let isRipe = false;
  let accessChanged = false;
  let wake = () => {};

  function hear(change: Change): void {
    if (!isWanted(change)) return;
    if (gathered.size >= MOST_CHANGES) {
      gathered.clear();
      gathered.set('{}', {});
    }
    // Once anything may have changed, no single change adds to it.
    if (!gathered.has('{}')) gathered.set(JSON.stringify(change), change);
    burst ??= setTimeout(() => {
      isRipe = true;
      wake();
    }, BURST_MS);
  }

  function take(): News {
    const news = { changes: isRipe ? [...gathered.values()] : [], accessChanged };
    if (isRipe) {
      gathered.clear();
      burst = undefined;
      isRipe = false;
    }
    accessChanged = false;
    return news;
  }

  const endings = [
    notifications.onChange(hear),
    notifications.onAccess(() => {
      accessChanged = true;
      wake();
    }),
  ];

  return {
    async next(waitMs, over) {
      if (!isRipe && !accessChanged && !over.aborted) await sleepUntil(waitMs, over, (wakeUp) => (wake = wakeUp));
      return take();
    },
    end() {
      clearTimeout(burst);
      for (const end of endings) end();
    },
  };
}

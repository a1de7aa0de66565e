import type { CatalogNotifications } from '../../catalog/notifications.ts';
import { sleepUntil } from '../events/sleep-until.ts';

/** What happened since the last look. */
interface OutputNews {
  printed: boolean;
  /** Something of the dataset changed, such as the state of its run. */
  changed: boolean;
  /** Somebody's access may have ended. */
  accessChanged: boolean;
}

const NOTHING: OutputNews = { printed: false, changed: false, accessChanged: false };

/** Hears what concerns one run. */
export interface OutputListener {
  /** Resolves when there is news, the time is up, or it is over. */
  next(waitMs: number, over: AbortSignal): Promise<OutputNews>;
  end(): void;
}

export function listenForOutput(
  notifications: CatalogNotifications,
  { runId, dataset }: { runId: string; dataset: string },
): OutputListener {
  let news = NOTHING;
  let wake = () => {};
  const hear = (more: Partial<OutputNews>): void => {
    news = { ...news, ...more };
    wake();
  };
  const endings = [
    notifications.onOutput((printing = runId) => {
      if (printing === runId) hear({ printed: true });
    }),
    notifications.onChange((change) => {
      if ((change.dataset ?? dataset) === dataset) hear({ changed: true });
    }),
    notifications.onAccess(() => hear({ accessChanged: true })),
  ];
  return {
    async next(waitMs, over) {
      if (news === NOTHING && !over.aborted) await sleepUntil(waitMs, over, (wakeUp) => (wake = wakeUp));
      const heard = news;
      news = NOTHING;
      return heard;
    },
    end: () => endings.forEach((end) => end()),
  };
}

import type { HostWork } from '../shared/contract/hosts.ts';
import { waitForNews, type Surroundings } from './wait-for-news.ts';

/** A thousand datasets may be queued at once. */
const BURST_MS = 100;

type KnownWork = Partial<Omit<HostWork, 'ended'>>;

interface Wait {
  /** What the caller knows already. */
  known: KnownWork;
  waitSeconds: number;
  /** Aborted when the caller is gone. */
  signal: AbortSignal;
}

/** What `read` gives, as soon as it differs from what is known, a lease ended, the time is up, or the server stops. */
export function waitForWork(
  surroundings: Surroundings,
  read: () => Promise<HostWork>,
  { known, waitSeconds, signal }: Wait,
): Promise<HostWork> {
  const wait = { waitMs: waitSeconds * 1000, burstMs: BURST_MS, signal };
  return waitForNews(surroundings, read, { ...wait, isNews: (work) => isNews(work, known) });
}

function isNews({ queued, runningElsewhere, held, ended }: HostWork, known: KnownWork): boolean {
  const isSame = queued === known.queued && runningElsewhere === known.runningElsewhere && held === known.held;
  return !isSame || ended.length > 0;
}

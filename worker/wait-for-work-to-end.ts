import { setTimeout as delay } from 'node:timers/promises';
import type { LeaseTable } from '../activities/host/lease-table.ts';
import type { CrunchClient } from '../client/index.ts';
import type { HostWork } from '../shared/contract/hosts.ts';
import type { HostCounts } from './host-counts.ts';
import type { HostOptions } from './host-options.ts';

/** The server answers when something changes, at the latest after so long. */
const WAIT_SECONDS = 20;

const TRY_AGAIN_MS = 2_000;

export interface WorkWatch {
  client: CrunchClient;
  options: HostOptions;
  /** As registered. */
  name: string;
  leases: LeaseTable;
  counts: HostCounts;
  /** Aborted when somebody ends the host. */
  signal: AbortSignal;
}

/**
 * Resolves when the host's mode is fulfilled, by what the server knows, or when somebody ends the host. The server is
 * asked only while the host holds nothing: what it holds keeps it going anyway.
 */
export async function waitForWorkToEnd(watch: WorkWatch): Promise<void> {
  const { options, leases, counts, signal } = watch;
  const isEndless = options.mode.kind === 'loop' && !options.mode.untilEmpty;
  let known: HostWork | undefined;
  for (;;) {
    await leases.whenEmpty(signal);
    const work = await readWork(watch, known);
    if (signal.aborted) return;
    if (!work || leases.size > 0) continue;
    const isNews = work.queued !== known?.queued || work.runningElsewhere !== known.runningElsewhere;
    known = work;
    if (isNews) options.onEvent({ type: 'idle', queued: work.queued, runningElsewhere: work.runningElsewhere });
    if (!isEndless && isFulfilled(options, work, counts)) return;
  }
}

function isFulfilled({ mode }: HostOptions, work: HostWork, { claimed }: HostCounts): boolean {
  if (work.held > 0) return false;
  if (mode.kind === 'loop') return work.queued === 0 && work.runningElsewhere === 0;
  return claimed > 0 || work.queued === 0;
}

/** Undefined when the server could not be asked, after a while. */
async function readWork({ client, name, options, signal }: WorkWatch, known?: HostWork): Promise<HostWork | undefined> {
  const query = known ? { waitSeconds: WAIT_SECONDS, ...known } : {};
  try {
    return await client.getHostWork({ params: { name }, query }, { signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    options.logger.warn({ err: error }, 'could not ask the server what is left to do');
    await delay(TRY_AGAIN_MS, undefined, { signal }).catch(() => undefined);
    return undefined;
  }
}

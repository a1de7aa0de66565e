import { setTimeout as delay } from 'node:timers/promises';
import type { LeaseTable } from '../activities/host/lease-table.ts';
import type { CrunchClient } from '../client/index.ts';
import type { HostWork } from '../shared/contract/hosts.ts';
import { isEndless, type HostOptions } from './host-options.ts';
import type { ServerContact } from './server-contact.ts';

/** The server answers when something changes, at the latest after so long. */
const WAIT_SECONDS = 20;

const TRY_AGAIN_MS = 2_000;

/** A host that is never idle asks when so many of its leases are open, and about so many at once. */
const MOST_OPEN = 20;

export interface WorkWatch {
  client: Pick<CrunchClient, 'getHostWork'>;
  options: Pick<HostOptions, 'mode' | 'onEvent'>;
  contact: Pick<ServerContact, 'answered' | 'failed'>;
  /** As registered. */
  name: string;
  leases: LeaseTable;
  /** Aborted when somebody ends the host. */
  signal: AbortSignal;
}

/**
 * Resolves when the host's mode is fulfilled, by what the server knows, or when somebody ends the host. Tells how the
 * runs of the host were closed, which only the server knows: their results are published after the host's part. The
 * server is asked rarely while the host holds something, since that keeps it going anyway.
 */
export async function waitForWorkToEnd(watch: WorkWatch): Promise<void> {
  const { options, leases, signal } = watch;
  let known: HostWork | undefined;
  for (;;) {
    await leases.whenIdle(MOST_OPEN, signal);
    const work = await readWork(watch, known);
    if (signal.aborted) return;
    if (!work) continue;
    settle(watch, work);
    const isNews = work.queued !== known?.queued || work.runningElsewhere !== known.runningElsewhere;
    known = work;
    if (leases.size > 0) continue;
    if (isNews) options.onEvent({ type: 'idle', queued: work.queued, runningElsewhere: work.runningElsewhere });
    if (!isEndless(options.mode) && isFulfilled(options, work, leases)) return;
  }
}

/** Tells how leases ended. */
function settle({ leases, options }: WorkWatch, { ended }: HostWork): void {
  for (const { lease: key, outcome } of ended) {
    const lease = leases.settle(key);
    if (!lease) continue;
    options.onEvent({ type: 'finished', dataset: lease.input.dataset.slug, outcome, seconds: lease.heldSeconds });
  }
}

function isFulfilled({ mode }: WorkWatch['options'], work: HostWork, { open, hasClaimed }: LeaseTable): boolean {
  if (work.held > 0 || open.length > 0) return false;
  if (mode.kind === 'loop') return work.queued === 0 && work.runningElsewhere === 0;
  return hasClaimed || work.queued === 0;
}

/** Undefined when the server could not be asked, after a while. */
async function readWork(watch: WorkWatch, known?: HostWork): Promise<HostWork | undefined> {
  const { client, name, contact, leases, signal } = watch;
  const { queued, runningElsewhere, held } = known ?? {};
  const waitSeconds = known ? WAIT_SECONDS : 0;
  const query = { waitSeconds, queued, runningElsewhere, held, leases: leases.open.slice(0, MOST_OPEN) };
  try {
    const work = await client.getHostWork({ params: { name }, query }, { signal });
    contact.answered();
    return work;
  } catch (error) {
    if (signal.aborted) return undefined;
    contact.failed(error, 'could not ask the server what is left to do');
    await delay(TRY_AGAIN_MS, undefined, { signal }).catch(() => undefined);
    return undefined;
  }
}

/** Why a queued dataset is not admitted or not claimed, as the database's `waiting_cause` names it. */
export type WaitingCause = 'silent-host' | 'paused' | 'no-workflow' | 'no-host' | 'no-able-host' | 'at-cap';

export interface WaitingFacts {
  cause: WaitingCause;
  /** The stages and engines that no host has which would take it otherwise. */
  lacking: string[];
  pinnedHost: string | null;
  pool: string | null;
  /** Who paused its project, if somebody did, and why. */
  pausedBy: string | null;
  pauseReason: string | null;
  /** When a silent host has ended what it may still run of it. */
  quietAt: Date | string | null;
}

/** One sentence for people: why the dataset waits, and what to do. */
export function explainWait(facts: WaitingFacts): string {
  const { cause, lacking, pinnedHost, pool, pausedBy, pauseReason, quietAt } = facts;
  switch (cause) {
    case 'silent-host':
      return `a host that fell silent may still run it; nobody gets it before ${timeOf(quietAt)}`;
    case 'paused':
      return `its project is paused by ${pausedBy}${pauseReason === null ? '' : `: ${pauseReason}`}; resume it to go on`;
    case 'no-workflow':
      return 'its project has no workflow; give it one';
    case 'no-host':
      return explainMissingHost(pinnedHost, pool);
    case 'no-able-host':
      return lacking.length > 0
        ? `no live host that would take it has ${lacking.join(', ')}; start one that has`
        : 'no live host that would take it has all its stages; start one that has';
    case 'at-cap':
      return 'as many datasets of its project run as may run at once';
  }
}

function timeOf(moment: Date | string | null): string {
  return moment === null ? 'that is over' : `${new Date(moment).toISOString().slice(11, 19)} UTC`;
}

function explainMissingHost(pinnedHost: string | null, pool: string | null): string {
  if (pinnedHost !== null) {
    return `only the host ${pinnedHost} may take it, and no process there does; give crunch run there again, or cancel it`;
  }
  return pool === null
    ? 'no live host takes it; start one with crunch loop'
    : `no live host takes datasets of pool ${pool}; start one with crunch loop --pool ${pool}`;
}

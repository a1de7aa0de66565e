import { CrunchError } from '../../shared/errors/crunch-error.ts';

/** So many tabs and scripts of one person or token may listen at once. */
const MOST_STREAMS = 20;

/** Counts what is open, by caller. */
export interface StreamLimit {
  /** Throws `too-many-attempts` for one too many. What it returns is called when the stream ends. */
  open(caller: string): () => void;
}

export function limitStreams(): StreamLimit {
  const counts = new Map<string, number>();
  return {
    open(caller) {
      const count = (counts.get(caller) ?? 0) + 1;
      if (count > MOST_STREAMS) {
        throw new CrunchError('too-many-attempts', `You have ${MOST_STREAMS} streams of events open. Close one first.`);
      }
      counts.set(caller, count);
      return () => {
        const left = (counts.get(caller) ?? 0) - 1;
        if (left > 0) counts.set(caller, left);
        else counts.delete(caller);
      };
    },
  };
}

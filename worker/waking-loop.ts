import type { Logger } from '../platform/logger.ts';

/** After a failure, such as a catalog that is away. */
const TRY_AGAIN_MS = 5_000;

/** A piece of work that is done whenever there may be something to do. */
export interface WakingLoopOptions {
  /**
   * Does what there is to do, and returns after how many milliseconds to look again though nothing was heard. One that
   * lasts ends early once it is to stop.
   */
  pass(stopping: AbortSignal): Promise<number>;
  /** Calls `wake` when there may be something to do. Returns what ends the subscription. */
  subscribe(wake: () => void): () => void;
  logger: Logger;
  /** What could not be done when a pass failed: `admit datasets`. */
  purpose: string;
}

export interface WakingLoop {
  /** Resolves when the pass that is under way is over. */
  stop(): Promise<void>;
}

/** Passes once at the start, whenever it is woken, and when the time is over that the last pass gave. */
export function startWakingLoop({ pass, subscribe, logger, purpose }: WakingLoopOptions): WakingLoop {
  let isWanted = false;
  const stopping = new AbortController();
  let underway: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const passWhileWanted = async (): Promise<void> => {
    let nextMs = 0;
    while (isWanted && !stopping.signal.aborted) {
      isWanted = false;
      try {
        nextMs = await pass(stopping.signal);
      } catch (error) {
        logger.error({ err: error }, `could not ${purpose}; trying again`);
        nextMs = TRY_AGAIN_MS;
      }
    }
    underway = undefined;
    if (!stopping.signal.aborted) timer = setTimeout(wake, nextMs);
  };
  const wake = (): void => {
    clearTimeout(timer);
    isWanted = true;
    if (!stopping.signal.aborted) underway ??= passWhileWanted();
  };

  const unsubscribe = subscribe(wake);
  wake();
  return {
    async stop() {
      stopping.abort();
      unsubscribe();
      clearTimeout(timer);
      await underway;
    },
  };
}

import { ERROR_CODES } from '../shared/errors/error-codes.ts';

/** What a host does when it is told to end, each milder than the next. */
export interface StopSteps {
  /** Take nothing new, finish what is in hand; `withinMs`: after so long it is handed back. */
  finish(withinMs?: number): void;
  /** Give what is in hand back to the queue, in good order. Returns how many milliseconds programs have for that. */
  handBack(): number;
  /** The same, at once. */
  kill(): void;
  /** The process ends with something in hand. */
  giveUp(): void;
}

/** After programs were killed: for the code of stages to end, and for Temporal and the server to hear of it. */
const END_MS = 3_000;

/**
 * Ends a host by signals: the first SIGINT finishes, the second hands back, the third kills. SIGTERM finishes, and hands
 * back after `graceMs`. What doesn't let go of its work soon after that is ended by the end of the process, with exit
 * code 130. Returns what takes the listeners away.
 */
export function listenForSignals(steps: StopSteps, graceMs: number): () => void {
  let interrupts = 0;
  let graceTimer: NodeJS.Timeout | undefined;
  const endWithin = (patienceMs: number): void => {
    // Not taken away with the listeners: what comes after them may hang too. A process that ends doesn't wait for it.
    setTimeout(() => {
      steps.giveUp();
      process.exit(ERROR_CODES.interrupted.exitCode);
    }, patienceMs).unref();
  };
  const handBack = (): void => endWithin(steps.handBack() + END_MS);
  const onInterrupt = (): void => {
    interrupts += 1;
    if (interrupts === 1) steps.finish();
    else if (interrupts === 2) handBack();
    else {
      steps.kill();
      endWithin(END_MS);
    }
  };
  const onTerminate = (): void => {
    steps.finish(graceMs);
    graceTimer ??= setTimeout(handBack, graceMs);
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  return () => {
    clearTimeout(graceTimer);
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onTerminate);
  };
}

/** What a host does when it is told to end, each milder than the next. */
export interface StopSteps {
  /** Take nothing new, finish what is in hand. */
  finish(): void;
  /** Give what is in hand back to the queue, in good order. */
  handBack(): void;
  /** The same, at once. */
  kill(): void;
}

/**
 * Ends a host by signals: the first SIGINT finishes, the second hands back, the third kills. SIGTERM finishes, and hands
 * back after `graceMs`. Returns what takes the listeners away.
 */
export function listenForSignals(steps: StopSteps, graceMs: number): () => void {
  let interrupts = 0;
  let graceTimer: NodeJS.Timeout | undefined;
  const onInterrupt = (): void => {
    interrupts += 1;
    if (interrupts === 1) steps.finish();
    else if (interrupts === 2) steps.handBack();
    else steps.kill();
  };
  const onTerminate = (): void => {
    steps.finish();
    graceTimer ??= setTimeout(() => steps.handBack(), graceMs);
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  return () => {
    clearTimeout(graceTimer);
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onTerminate);
  };
}

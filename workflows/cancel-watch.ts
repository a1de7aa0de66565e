import { CancellationScope, patched, proxyLocalActivities, sleep, workflowInfo } from '@temporalio/workflow';
import type { ControlActivities } from '../activities/control/signatures.ts';

/** A host beats every second, and hears of a cancellation by the answer. */
const FIRST_LOOK_MS = 3_500;
const LONGEST_LOOK_MS = 60_000;

const control = proxyLocalActivities<Pick<ControlActivities, 'isHostSilent'>>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '10 seconds' },
});

/**
 * Waits for a cancellation of the run, and then for as long as its host goes on to beat: what it runs is ended there. Rejects
 * with the cancellation once the host is silent, and never resolves. Whoever asks for it calls `stop` when the host is done.
 */
export class CancelWatch {
  /** Rejects when the run is cancelled and its host silent. */
  readonly silence: Promise<never>;
  private isOver = false;

  constructor() {
    this.silence = untilCancelled((cancellation) => this.watch(cancellation));
    this.silence.catch(() => undefined);
  }

  stop(): void {
    this.isOver = true;
  }

  private async watch(cancellation: Error): Promise<never> {
    for (let lookMs = FIRST_LOOK_MS; !this.isOver; lookMs = Math.min(2 * lookMs, LONGEST_LOOK_MS)) {
      const sinceMs = Date.now();
      await sleep(lookMs);
      if (this.isOver) break;
      const { workflowId, runId: temporalRunId } = workflowInfo();
      if (await control.isHostSilent({ workflowId, temporalRunId, sinceMs })) throw cancellation;
    }
    return new Promise<never>(() => undefined);
  }
}

/**
 * Rejects as `then` does once the run is cancelled, and never resolves. Runs that an older version began are not watched:
 * their history knows nothing of it.
 */
export async function untilCancelled(then: (cancellation: Error) => Promise<never>): Promise<never> {
  try {
    return await CancellationScope.current().cancelRequested;
  } catch (error) {
    if (!patched('cancel-of-silent-host')) return new Promise<never>(() => undefined);
    return CancellationScope.nonCancellable(() => then(error as Error));
  }
}

import type { HostEvent, HostSummary } from './host-options.ts';

/** Counts what a host took and how it ended. */
export class HostCounts {
  readonly summary: HostSummary = { completed: 0, failed: [], cancelled: 0 };
  /** Resolves when the host has claimed a dataset. */
  readonly firstClaim: Promise<void>;
  /** Datasets that the host has claimed so far. */
  claimed = 0;
  private claim!: () => void;

  constructor() {
    this.firstClaim = new Promise((resolve) => {
      this.claim = resolve;
    });
  }

  take(event: HostEvent): void {
    if (event.type === 'claimed') {
      this.claimed += 1;
      this.claim();
    }
    if (event.type !== 'finished') return;
    if (event.outcome === 'completed') this.summary.completed += 1;
    if (event.outcome === 'failed') this.summary.failed.push(event.dataset);
    if (event.outcome === 'cancelled') this.summary.cancelled += 1;
  }
}

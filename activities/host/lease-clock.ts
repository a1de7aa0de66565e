import type { LeaseTiming } from '../../shared/domain/processing.ts';

/** The most time that ending the processes is given before anybody else may claim. */
const KILL_MARGIN_MS = 5_000;

/**
 * Tells a host how sure it may be that a lease is still its own. Counted on the monotonic clock from the last request
 * that the server answered: from when it was sent, since the server's own clock started no earlier than that.
 */
export class LeaseClock {
  private readonly timing: LeaseTiming;
  private readonly nowMs: () => number;
  private answeredMs: number;

  constructor(timing: LeaseTiming, nowMs: () => number = () => performance.now()) {
    this.timing = timing;
    this.nowMs = nowMs;
    this.answeredMs = nowMs();
  }

  /** The server answered a request that was sent at `sentMs`. */
  answered(sentMs: number): void {
    this.answeredMs = Math.max(this.answeredMs, sentMs);
  }

  now(): number {
    return this.nowMs();
  }

  /** Past the heartbeat time-out nothing may be uploaded or reported. */
  isSilent(): boolean {
    return this.nowMs() - this.answeredMs >= this.timing.heartbeatTimeoutMs;
  }

  /** How long until the host must kill what it runs; 0 when that time has come. */
  msUntilKill(): number {
    const { heartbeatTimeoutMs, graceMs } = this.timing;
    const margin = Math.min(KILL_MARGIN_MS, graceMs / 2);
    return Math.max(0, this.answeredMs + heartbeatTimeoutMs + graceMs - margin - this.nowMs());
  }
}

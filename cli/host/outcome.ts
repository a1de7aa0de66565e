import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { HostEvent, HostMode, HostOutcome } from '../../worker/host-options.ts';

/** What a host's events come to in the end, as an exit code tells it. */
export class Outcome {
  readonly #mode: HostMode;
  readonly #datasets: Record<HostOutcome, string[]> = {
    completed: [],
    failed: [],
    cancelled: [],
    lost: [],
    'handed-back': [],
  };
  #interrupted = false;

  constructor(mode: HostMode) {
    this.#mode = mode;
  }

  take(event: HostEvent): void {
    if (event.type === 'finished') this.#datasets[event.outcome].push(event.dataset);
    if (event.type === 'stopping') this.#interrupted = true;
  }

  /**
   * Throws `interrupted` when somebody ended the host, `dataset-failed` when one of its datasets failed, or its only
   * one was cancelled, `lease-lost` when its only one went to another host, `host-draining` when it was handed back, `nothing-to-do` when it found none.
   */
  check(): void {
    const { completed, failed, cancelled, lost, 'handed-back': handedBack } = this.#datasets;
    if (this.#interrupted) throw new CrunchError('interrupted', 'Interrupted.');
    if (failed.length > 0) {
      throw new CrunchError('dataset-failed', `${failed.join(', ')} failed. See \`crunch show ${failed[0]}\`.`);
    }
    if (this.#mode.kind === 'loop' || completed.length > 0) return;
    if (cancelled.length > 0) throw new CrunchError('dataset-failed', `${cancelled.join(', ')} was cancelled.`);
    if (lost.length > 0) {
      throw new CrunchError('lease-lost', `${lost.join(', ')} was given to another host, because this one was silent.`);
    }
    if (handedBack.length > 0) throw new CrunchError('host-draining', `${handedBack.join(', ')} was handed back.`);
    throw new CrunchError('nothing-to-do', 'Nothing is queued that this host could take.');
  }
}

import {
  CancellationScope,
  proxyLocalActivities,
  setCurrentDetails,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type {
  CompleteRunInput,
  ControlActivities,
  RecordEventsInput,
  StageEvent,
} from '../activities/control/signatures.ts';
import type { Claim, ProcessDatasetInput } from '../shared/domain/processing.ts';
import type { StatusState } from '../shared/domain/stage.ts';
import type { RunFailure } from './explain-failure.ts';
import { hostKey, stageKey, stateKey } from './messages.ts';

// Local activities: six ordinary ones would cost a quarter of the rate. They are tried for as long as the catalog is
// away, which delays a run and never fails it; after the threshold the wait is a timer in the history.
const catalog = proxyLocalActivities<ControlActivities>({
  startToCloseTimeout: '1 minute',
  localRetryThreshold: '10 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '1 minute' },
});

// Publishing lists and compares the dataset's files, which takes its time for many of them.
const publishing = proxyLocalActivities<Pick<ControlActivities, 'completeRun'>>({
  startToCloseTimeout: '1 hour',
  localRetryThreshold: '10 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '1 minute' },
});

/**
 * What people see of a run: statuses in the catalog, written in order by one chain that stages don't wait for, and the
 * search attributes and details in the Temporal UI.
 */
export class RunRecord {
  private readonly input: ProcessDatasetInput;
  private claim: Claim | undefined;
  private stage: string | undefined;
  private hostLosses = 0;
  private silence: { host: string; quietAtMs: number } | undefined;
  private written: Promise<void> = Promise.resolve();

  constructor(input: ProcessDatasetInput) {
    this.input = input;
    this.showWaiting();
  }

  /** The stage that runs, if one does. */
  get runningStage(): string | undefined {
    return this.stage;
  }

  claimed(claim: Claim): void {
    this.claim = claim;
  }

  /** A stage begins; the one before it, if any, has succeeded. */
  stageStarted(stage: string, previous: StageEvent | undefined): void {
    const claim = this.holder();
    this.stage = stage;
    this.write({
      events: [...(previous ? [previous] : []), this.event('START', claim.diagnostics)],
      standing: { state: 'running', stage, host: claim.host, boot: claim.boot, leaseNumber: claim.leaseNumber },
    });
    this.show('running', `stage **${stage}** on host **${claim.host}**, lease ${claim.leaseNumber}`);
  }

  /** The event of the running stage's success, to be written with what follows. */
  stageSucceeded(diagnostics: StageEvent['diagnostics']): StageEvent {
    return this.event('SUCCESS', diagnostics);
  }

  /** The host is gone and the dataset waits for another. */
  hostGone(state: 'LOST' | 'CANCELLED', reason: string, hostLosses: number): void {
    this.hostLosses = hostLosses;
    const note = `${reason} (host ${this.holder().host})`;
    this.write({
      events: this.stage ? [this.event(state, null, note)] : [],
      standing: { state: 'waiting', reason: `${note}; waiting for another host`, hostLosses },
    });
    this.stage = undefined;
    this.showWaiting();
  }

  /** The run ends though its host doesn't answer; what that one runs is over at `quietAtMs`. */
  hostSilent(host: string, quietAtMs: number): void {
    this.silence = { host, quietAtMs };
  }

  /** Publishes the results and closes the run. Returns how many files are results. */
  async complete(input: Pick<CompleteRunInput, 'leaseNumber' | 'manifest' | 'event'>): Promise<number> {
    await this.written;
    // From here on a cancellation comes too late: half of it would be done already.
    const { resultFiles } = await CancellationScope.nonCancellable(() =>
      publishing.completeRun({
        ...this.ref(),
        basePath: this.input.dataset.basePath,
        hostLosses: this.hostLosses,
        ...input,
      }),
    );
    this.show('completed', `${resultFiles} result files by host **${this.holder().host}**`);
    return resultFiles;
  }

  async close(failure: RunFailure): Promise<void> {
    await this.written;
    const state = failure.outcome === 'failed' ? 'FAIL' : 'CANCELLED';
    const note = this.silence ? `${failure.note}; ${explainSilence(this.silence)}` : failure.note;
    await catalog.closeRun({
      ...this.ref(),
      outcome: failure.outcome,
      failureClass: failure.failureClass,
      note,
      hostLosses: this.hostLosses,
      event: this.stage ? this.event(state, failure.diagnostics, note) : null,
      ...(this.silence && { quietAtMs: this.silence.quietAtMs }),
    });
    this.show(failure.outcome, failure.note);
  }

  private write(input: Pick<RecordEventsInput, 'events' | 'standing'>): void {
    // What happened is written even if the run is cancelled meanwhile.
    this.written = CancellationScope.nonCancellable(() =>
      this.written.then(() => catalog.recordEvents({ ...this.ref(), ...input })),
    );
  }

  private event(state: StatusState, diagnostics: StageEvent['diagnostics'], note = ''): StageEvent {
    const { leaseNumber, host } = this.holder();
    return { stage: this.stage ?? '', state, note, atMs: Date.now(), leaseNumber, host, diagnostics };
  }

  private holder(): Claim {
    if (!this.claim) throw new Error('no host has claimed the dataset');
    return this.claim;
  }

  private ref(): { datasetId: number; runId: string } {
    return { datasetId: this.input.dataset.id, runId: this.input.runId };
  }

  private showWaiting(): void {
    setCurrentDetails(`**queued**: waiting for a host on ${this.input.routes.join(', ')}`);
  }

  private show(state: string, details: string): void {
    const host = this.claim?.host ?? null;
    upsertSearchAttributes([
      { key: stateKey, value: state },
      { key: stageKey, value: this.stage ?? null },
      { key: hostKey, value: host },
    ]);
    setCurrentDetails(`**${state}**: ${details}`);
  }
}

function explainSilence({ host, quietAtMs }: { host: string; quietAtMs: number }): string {
  const time = new Date(quietAtMs).toISOString().slice(11, 19);
  return `its host ${host} is silent, and ends what it may still run by itself before ${time} UTC`;
}

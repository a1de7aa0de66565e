import {
  ActivityCancellationType,
  ApplicationFailure,
  CancellationScope,
  condition,
  proxyActivities,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { LeaseActivities } from '../activities/host/signatures.ts';
import type { Claim, LeaseNeeds, ProcessDatasetInput } from '../shared/domain/processing.ts';
import { PROTOCOL_VERSION } from '../shared/domain/protocol.ts';
import { leaseQueue, type Route } from '../shared/domain/queue-names.ts';
import { explainLeaseEnd, type LeaseOutcome } from './explain-failure.ts';
import { claimUpdate, offerSignal, pauseSignal } from './messages.ts';

/** A lease that a host has claimed. */
export interface HeldLease {
  claim: Claim;
  /** Resolves, never rejects, when the host's hold is over. */
  outcome: Promise<LeaseOutcome>;
  /** Asks the host to end everything of the dataset and to let it go. */
  revoke(): void;
}

/** A lease that waits on one route. */
interface Offer {
  scope: CancellationScope;
  outcome: Promise<LeaseOutcome>;
}

// A lease lasts as long as the user's program may run; the heartbeat is what ends a dead one.
const LEASE_LIMIT = '3650 days';

// A host that died between taking a lease and claiming it must not make the workflow spin.
const OFFER_AGAIN_AFTER = '1 second';

/**
 * Offers the dataset to hosts and lets exactly one have it: a lease waits on every route, and the first host that
 * claims the current lease number wins. The other leases are withdrawn, never waited for: a frozen host may have
 * swallowed one.
 */
export class LeaseDesk {
  private readonly input: ProcessDatasetInput;
  private readonly routes: Set<Route>;
  private readonly offers = new Map<Route, Offer>();
  // A cancelled run keeps its host's slot until the host has cleaned up, so leases don't feel the cancellation.
  private readonly shield = new CancellationScope({ cancellable: false });
  private leaseNumber: number;
  private isOpen = false;
  private isPaused = false;
  private claim: Claim | undefined;

  constructor(input: ProcessDatasetInput) {
    this.input = input;
    this.routes = new Set(input.routes);
    this.leaseNumber = input.lastLeaseNumber;
    setHandler(claimUpdate, (claim) => this.accept(claim), { validator: (claim) => this.check(claim) });
    setHandler(offerSignal, ({ routes }) => this.extend(routes));
    setHandler(pauseSignal, ({ paused }) => this.pause(paused));
  }

  /** Offers the next lease, while nobody has paused that, and waits until a host has claimed it. */
  async offer(): Promise<HeldLease> {
    this.leaseNumber += 1;
    this.claim = undefined;
    this.isOpen = true;
    try {
      for (const route of this.routes) this.offerOn(route);
      await condition(() => this.claim !== undefined);
      return this.heldLease();
    } finally {
      this.isOpen = false;
      this.withdrawOffers();
    }
  }

  private heldLease(): HeldLease {
    const offer = this.claim && this.offers.get(this.claim.route);
    if (!this.claim || !offer)
      throw ApplicationFailure.nonRetryable('a lease was granted without an offer', 'internal');
    return { claim: this.claim, outcome: offer.outcome, revoke: () => offer.scope.cancel() };
  }

  private accept(claim: Claim): void {
    this.claim = claim;
  }

  /** Refuses by throwing, which leaves no event in the history. The holder may repeat its claim. */
  private check(claim: Claim): void {
    const isAddressed = claim.temporalRunId === workflowInfo().runId && claim.leaseNumber === this.leaseNumber;
    const isHolder =
      this.claim?.host === claim.host && this.claim.boot === claim.boot && this.claim.route === claim.route;
    const isFree = this.isOpen && this.claim === undefined && this.offers.has(claim.route);
    if (!isAddressed || !(isFree || isHolder)) {
      throw ApplicationFailure.nonRetryable(`lease ${claim.leaseNumber} is not to be had`, 'conflict');
    }
  }

  private extend(routes: Route[]): void {
    for (const route of routes) {
      if (this.routes.has(route)) continue;
      this.routes.add(route);
      if (this.isOpen) this.offerOn(route);
    }
  }

  /** A claimed lease stays; one that waits is withdrawn, and offered again later. */
  private pause(isPaused: boolean): void {
    if (isPaused === this.isPaused) return;
    this.isPaused = isPaused;
    if (!this.isOpen || this.claim) return;
    if (isPaused) this.withdrawOffers();
    else for (const route of this.routes) this.offerOn(route);
  }

  private offerOn(route: Route): void {
    if (this.claim || this.isPaused) return;
    const { leaseNumber } = this;
    const scope = new CancellationScope({ cancellable: true, parent: this.shield });
    const outcome = scope
      .run(() => this.holdLease(route))
      .then((): LeaseOutcome => ({ kind: 'not-taken' }), explainLeaseEnd);
    const offer = { scope, outcome };
    this.offers.set(route, offer);
    void outcome.then(() => this.offerAgain(route, leaseNumber, offer));
  }

  private async offerAgain(route: Route, leaseNumber: number, ended: Offer): Promise<void> {
    const isWanted = () => this.isOpen && !this.claim && this.leaseNumber === leaseNumber;
    // One that was withdrawn by a pause may have been replaced by now.
    if (!isWanted() || this.offers.get(route) !== ended) return;
    this.offers.delete(route);
    await sleep(OFFER_AGAIN_AFTER);
    if (isWanted() && !this.offers.has(route)) this.offerOn(route);
  }

  private withdrawOffers(): void {
    for (const [route, offer] of this.offers) if (route !== this.claim?.route) offer.scope.cancel();
    this.offers.clear();
  }

  private holdLease(route: Route): Promise<void> {
    const { dataset, runId, timing, priority } = this.input;
    const { holdLease } = proxyActivities<LeaseActivities>({
      taskQueue: leaseQueue(route),
      startToCloseTimeout: LEASE_LIMIT,
      heartbeatTimeout: timing.heartbeatTimeoutMs,
      cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
      priority: { priorityKey: priority, fairnessKey: dataset.projectSlug.slice(0, 64) },
      // A lease whose holder fell silent is not tried again: its number is spent.
      retry: { nonRetryableErrorTypes: ['TemporalTimeout:Heartbeat', 'WorkerShutdown'] },
      summary: `lease ${this.leaseNumber} on ${route}`,
    });
    return holdLease({ dataset, runId, leaseNumber: this.leaseNumber, route, needs: this.needs(), timing });
  }

  private needs(): LeaseNeeds {
    const { plan, engine, freeBytes } = this.input;
    return { protocol: PROTOCOL_VERSION, stages: plan.map((step) => step.stage), engine, freeBytes };
  }
}

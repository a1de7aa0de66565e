import { ActivityFailure, ApplicationFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import type { Diagnostics } from '../shared/domain/diagnostics.ts';
import type { FailureClass } from '../shared/domain/failure-class.ts';
import type { StageFailureDetails } from '../shared/domain/processing.ts';
import { failureClassOf } from '../shared/errors/failure-class-of.ts';

/** How a host's hold on a dataset ended. */
export type LeaseOutcome =
  /** The host found it not to be had. */
  | { kind: 'not-taken' }
  /** The host gave the dataset back: nothing of it runs there any more. */
  | { kind: 'handed-back'; reason: string }
  /** The host fell silent: something of it may still run until the grace is over. */
  | { kind: 'lost'; reason: string };

/** Why a run did not complete, for people and for the catalog. */
export interface RunFailure {
  outcome: 'failed' | 'cancelled';
  failureClass: FailureClass;
  note: string;
  diagnostics: Diagnostics | null;
}

/** Types of failures that say that a host has let a dataset go; the last is the SDK's own. */
const GONE_TYPES = new Set(['lease-lost', 'host-draining', 'WorkerShutdown']);

/**
 * What it means that a lease's activity failed. A host that could say so itself has ended everything of the dataset; of
 * one that fell silent nobody knows.
 */
export function explainLeaseEnd(error: unknown): LeaseOutcome {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure) return { kind: 'lost', reason: 'the host fell silent' };
  return { kind: 'handed-back', reason: cause instanceof Error ? cause.message : String(cause) };
}

/** Whether a stage failed only because its host is gone, so that another host may do it. */
export function isHostGone(error: unknown): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  if (cause instanceof ApplicationFailure) return GONE_TYPES.has(cause.type ?? '');
  return (
    cause instanceof TimeoutFailure && (cause.timeoutType === 'HEARTBEAT' || cause.timeoutType === 'SCHEDULE_TO_START')
  );
}

/** What ended a run unhappily, from whatever its Temporal workflow caught. */
export function explainRunFailure(error: unknown): RunFailure {
  if (isCancellation(error)) {
    return { outcome: 'cancelled', failureClass: 'cancelled', note: 'cancelled', diagnostics: null };
  }
  const cause = error instanceof ActivityFailure && error.cause ? error.cause : error;
  if (cause instanceof ApplicationFailure) {
    const details = cause.details?.[0] as StageFailureDetails | undefined;
    return {
      outcome: 'failed',
      failureClass: failureClassOf(cause.type),
      note: cause.message,
      diagnostics: details?.diagnostics ?? null,
    };
  }
  const note = cause instanceof Error ? cause.message : String(cause);
  return { outcome: 'failed', failureClass: 'internal', note, diagnostics: null };
}

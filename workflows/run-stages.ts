import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { StageEvent } from '../activities/control/signatures.ts';
import type { StageActivities } from '../activities/host/signatures.ts';
import type { Json } from '../shared/domain/json.ts';
import type { PlanStep } from '../shared/domain/plan.ts';
import type { Claim, LeaseReport, ProcessDatasetInput, StageResult, WorkflowRef } from '../shared/domain/processing.ts';
import { stageQueue } from '../shared/domain/queue-names.ts';
import { isBuiltInStage } from '../shared/domain/stage.ts';
import type { RunRecord } from './run-record.ts';

/** What the stages of a run end with. */
export interface StagesEnd {
  report: LeaseReport;
  /** The last stage's success, not yet written. */
  success: StageEvent;
}

// Transfers meet networks; a user's workflow and a custom stage run once unless the plan says otherwise.
const TRANSFER_ATTEMPTS = 5;

// Beyond the limit that the host itself keeps: ends a stage whose host beats but never answers.
const LIMIT_MARGIN_MS = 120_000;

const NO_LIMIT = '3650 days';

// The queue is polled by the host that has just claimed, so nothing should wait there.
const PICKUP_LIMIT = '1 minute';

/** Runs the plan's stages one after another on the host that holds the lease. */
export async function runStages(
  input: ProcessDatasetInput,
  workflow: WorkflowRef,
  claim: Claim,
  record: RunRecord,
): Promise<StagesEnd> {
  const outputs: Record<string, Json> = {};
  let success: StageEvent | undefined;
  let report: LeaseReport | undefined;
  for (const step of input.plan) {
    record.stageStarted(step.stage, success);
    const result = await runStage(input, workflow, claim, step, outputs);
    outputs[step.stage] = result.output;
    report = result.report;
    success = record.stageSucceeded(result.diagnostics);
  }
  if (!report || !success) throw new Error(`host ${claim.host} ended the last stage without a report`);
  return { report, success };
}

async function runStage(
  input: ProcessDatasetInput,
  workflow: WorkflowRef,
  claim: Claim,
  step: PlanStep,
  outputs: Record<string, Json>,
): Promise<StageResult> {
  const { dataset, runId, engine, parameters, timing } = input;
  const stage = stageActivities(claim, step, timing.heartbeatTimeoutMs)[step.stage];
  if (!stage) throw new Error(`no activity for stage ${step.stage}`);
  return stage({
    dataset,
    runId,
    leaseNumber: claim.leaseNumber,
    stage: step.stage,
    engine,
    workflow,
    parameters,
    stageParameters: step.parameters ?? {},
    timeoutMs: step.timeoutMs ?? null,
    killGraceMs: timing.killGraceMs,
    outputs: { ...outputs },
  });
}

function stageActivities(claim: Claim, step: PlanStep, heartbeatTimeoutMs: number): StageActivities {
  const isTransfer = isBuiltInStage(step.stage) && step.stage !== 'workflow';
  return proxyActivities<StageActivities>({
    taskQueue: stageQueue(claim.host, claim.boot),
    scheduleToStartTimeout: PICKUP_LIMIT,
    startToCloseTimeout: step.timeoutMs ? step.timeoutMs + LIMIT_MARGIN_MS : NO_LIMIT,
    heartbeatTimeout: heartbeatTimeoutMs,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: {
      initialInterval: '1 second',
      maximumInterval: '30 seconds',
      maximumAttempts: step.maxAttempts ?? (isTransfer ? TRANSFER_ATTEMPTS : 1),
      nonRetryableErrorTypes: ['TemporalTimeout:Heartbeat', 'WorkerShutdown'],
    },
    summary: `${step.stage} on ${claim.host}`,
  });
}

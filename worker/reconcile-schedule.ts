import { ScheduleAlreadyRunning, ScheduleNotFoundError, type Client, type ScheduleOptions } from '@temporalio/client';
import type { ControlContext } from '../activities/control/control-context.ts';
import { CONTROL_QUEUE } from '../shared/domain/queue-names.ts';
import { startWakingLoop, type WakingLoop } from './waking-loop.ts';

/** What differs is found and repaired within a minute; Temporal keeps each pass for as long as other executions. */
const EVERY = '30 seconds';

/** A namespace that was lost has lost its schedules too. */
const LOOK_EVERY_MS = 60_000;

const SCHEDULE: ScheduleOptions = {
  scheduleId: 'crunch.reconcile',
  spec: { intervals: [{ every: EVERY }] },
  policies: { overlap: 'SKIP', catchupWindow: '1 minute' },
  action: {
    type: 'startWorkflow',
    workflowType: 'reconcileRuns',
    workflowId: 'crunch.reconcile',
    taskQueue: CONTROL_QUEUE,
  },
};

/** Keeps the schedule by which Temporal has catalog and Temporal compared: made at the start, and again when it is lost. */
export function keepReconcileSchedule({ temporal, logger }: ControlContext): WakingLoop {
  return startWakingLoop({
    async pass() {
      await ensureSchedule(temporal);
      return LOOK_EVERY_MS;
    },
    subscribe: () => () => undefined,
    logger,
    purpose: 'keep the schedule that compares catalog and Temporal',
  });
}

async function ensureSchedule({ schedule }: Client): Promise<void> {
  try {
    await schedule.getHandle(SCHEDULE.scheduleId).describe();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    await schedule.create(SCHEDULE).catch(ignoreOthers);
  }
}

/** Another control worker was first. */
function ignoreOthers(error: unknown): void {
  if (!(error instanceof ScheduleAlreadyRunning)) throw error;
}

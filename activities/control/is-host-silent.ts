import { optionalTsToMs } from '@temporalio/common/lib/time.js';
import type { ControlContext } from './control-context.ts';
import type { SilenceInput } from './signatures.ts';

/** Whether nothing of a run was begun or gave a sign of life on its host since then. */
export async function isHostSilent(
  { temporal }: Pick<ControlContext, 'temporal'>,
  { workflowId, temporalRunId, sinceMs }: SilenceInput,
): Promise<boolean> {
  const { raw } = await temporal.workflow.getHandle(workflowId, temporalRunId).describe();
  const signs = (raw.pendingActivities ?? []).flatMap(({ lastHeartbeatTime, lastStartedTime }) => [
    optionalTsToMs(lastHeartbeatTime) ?? 0,
    optionalTsToMs(lastStartedTime) ?? 0,
  ]);
  return signs.length > 0 && Math.max(...signs) < sinceMs;
}

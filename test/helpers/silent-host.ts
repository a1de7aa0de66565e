import { CompleteAsyncError, Context } from '@temporalio/activity';
import { NativeConnection, Worker } from '@temporalio/worker';
import { readDiagnostics } from '../../platform/diagnostics.ts';
import { CLAIM_UPDATE, type Claim, type LeaseInput } from '../../shared/domain/processing.ts';
import type { TemporalAccess } from './processing-bench.ts';
import { leaseQueue, stageQueue, type Route } from '../../shared/domain/queue-names.ts';

/** A host that claims a dataset and is never heard of again. */
export async function startSilentHost({ address, namespace }: TemporalAccess, route: Route) {
  const connection = await NativeConnection.connect({ address });
  const [host, boot] = ['silent', 'boot'];
  let claim!: () => void;
  const claimed = new Promise<void>((resolve) => {
    claim = resolve;
  });
  const holdLease = async ({ leaseNumber }: LeaseInput) => {
    const { client, info } = Context.current();
    const { workflowId, runId: temporalRunId } = info.workflowExecution!;
    const diagnostics = await readDiagnostics('/');
    const argument: Claim = { route, leaseNumber, temporalRunId, host, boot, diagnostics };
    await client.workflow.getHandle(workflowId).executeUpdate(CLAIM_UPDATE, { args: [argument] });
    claim();
    throw new CompleteAsyncError();
  };
  let begin!: () => void;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const takeUp = () => {
    begin();
    throw new CompleteAsyncError();
  };
  const workers = [
    await Worker.create({ connection, namespace, taskQueue: leaseQueue(route), activities: { holdLease } }),
    await Worker.create({ connection, namespace, taskQueue: stageQueue(host, boot), activities: { download: takeUp } }),
  ];
  const done = Promise.all(workers.map((worker) => worker.run()));
  return {
    claimed,
    /** Resolves when it has taken up the first stage, `download`, of which nothing is heard any more. */
    begun,
    async stop() {
      for (const worker of workers) worker.shutdown();
      await done;
      await connection.close();
    },
  };
}

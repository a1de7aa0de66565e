import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { CompleteAsyncError, Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { NativeConnection, Worker } from '@temporalio/worker';
import { CLAIM_UPDATE, type Claim, type LeaseInput } from '../../shared/domain/processing.ts';
import { leaseQueue, stageQueue, type Route } from '../../shared/domain/queue-names.ts';
import { readDiagnostics } from '../../platform/diagnostics.ts';
import { defineStage } from '../../stages/define-stage.ts';
import { ProcessingBench } from '../helpers/processing-bench.ts';
import { startTestTemporal } from '../setup/temporal-server.ts';

const PLAN = ['download', 'workflow', 'upload'];
const NOTHING = PLAN.map((name) => defineStage({ name, run: () => null }));

/** Records one history of each way that a run can go, for `replay.test.ts`. Run by `npm run record:histories`. */
export async function recordHistories(folder: string): Promise<void> {
  const temporal = await startTestTemporal();
  try {
    for (const [name, play] of Object.entries(PLAYS)) {
      const bench = await ProcessingBench.start(temporal);
      const run = await play(bench, temporal.address);
      await run.result().catch(() => undefined);
      const history = JSON.parse(historyToJSON(await run.fetchHistory()), withoutStackTraces) as object;
      await writeFile(`${folder}/${name}.json`, `${JSON.stringify(history, null, 1)}\n`);
      await bench.stop();
    }
  } finally {
    await temporal.stop();
  }
}

/** They name folders of the computer that recorded them. */
function withoutStackTraces(key: string, value: unknown): unknown {
  return key === 'stackTrace' ? '' : value;
}

type Play = (bench: ProcessingBench, address: string) => Promise<WorkflowHandle>;

const PLAYS: Record<string, Play> = {
  async completed(bench) {
    await bench.addHost({ stages: NOTHING });
    return bench.process(PLAN);
  },

  async failed(bench) {
    const fail = () => {
      throw new Error('a bad file');
    };
    await bench.addHost({ stages: [defineStage({ name: 'check', run: fail })] });
    return bench.process(['check']);
  },

  async cancelled(bench) {
    const started = new EventTarget();
    const begun = once(started, 'begin');
    const stage = defineStage({
      name: 'endless',
      async run({ signal }) {
        started.dispatchEvent(new Event('begin'));
        await once(signal, 'abort');
      },
    });
    await bench.addHost({ stages: [stage] });
    const run = await bench.process(['endless']);
    await begun;
    await run.cancel();
    return run;
  },

  async lost(bench, address) {
    const dying = await startSilentHost(address, 'any');
    const run = await bench.process(PLAN);
    await dying.claimed;
    await dying.stop();
    await bench.addHost({ stages: NOTHING });
    return run;
  },
};

/** A host that claims a dataset and is never heard of again. */
async function startSilentHost(address: string, route: Route) {
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
  const neverAnswer = () => {
    throw new CompleteAsyncError();
  };
  const workers = [
    await Worker.create({ connection, taskQueue: leaseQueue(route), activities: { holdLease } }),
    await Worker.create({ connection, taskQueue: stageQueue(host, boot), activities: { download: neverAnswer } }),
  ];
  const done = Promise.all(workers.map((worker) => worker.run()));
  return {
    claimed,
    async stop() {
      for (const worker of workers) worker.shutdown();
      await done;
      await connection.close();
    },
  };
}

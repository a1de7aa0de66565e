// `node floor-worker.mjs ADDRESS workflows BUNDLE` or `… ADDRESS host NAME`: bare Temporal workers, until SIGTERM.
import { CompleteAsyncError, Context } from '@temporalio/activity';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

const SLOTS = 10;
const [address, role, argument] = process.argv.slice(2);
Runtime.install({ logger: new DefaultLogger('ERROR') });
const connection = await NativeConnection.connect({ address });
const workers = await Promise.all(role === 'host' ? hostWorkers(argument) : [workflowWorker(argument)]);
console.log('ready');
await Promise.all(workers.map((worker) => worker.run()));
await connection.close();

function workflowWorker(codePath) {
  const activities = { nothing: async () => null };
  return Worker.create({ connection, taskQueue: 'floor', workflowBundle: { codePath }, activities });
}

/** One takes leases, each of which keeps its slot until the last stage is over; the other runs the stages. */
function hostWorkers(name) {
  const held = new Map();
  const holdLease = async () => {
    const { client, info } = Context.current();
    const { workflowId, runId } = info.workflowExecution;
    const over = new Promise((resolve) => held.set(workflowId, resolve));
    await client.workflow.getHandle(workflowId, runId).executeUpdate('claim', { args: [name] });
    await over;
    throw new CompleteAsyncError();
  };
  const stage = async (isLast) => {
    if (isLast) held.get(Context.current().info.workflowExecution.workflowId)();
  };
  const slots = { connection, maxConcurrentActivityTaskExecutions: SLOTS };
  return [
    Worker.create({ ...slots, taskQueue: 'floor.leases', activities: { holdLease } }),
    Worker.create({ ...slots, taskQueue: name, activities: { stage } }),
  ];
}

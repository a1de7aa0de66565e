// `node floor-worker.mjs ADDRESS workflows|activities [BUNDLE]`: a bare Temporal worker, until SIGTERM.
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

const SLOTS = 10;
const ACTIVITIES = { nothing: async () => null };
const [address, role, codePath] = process.argv.slice(2);
Runtime.install({ logger: new DefaultLogger('ERROR') });
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create(
  role === 'workflows'
    ? { connection, taskQueue: 'floor', workflowBundle: { codePath }, activities: ACTIVITIES }
    : {
        connection,
        taskQueue: 'floor.hosts',
        activities: ACTIVITIES,
        maxConcurrentActivityTaskExecutions: SLOTS,
      },
);
console.log('ready');
await worker.run();
await connection.close();

// A server with an empty project. Started by bench-tables.mjs with the folder for everything; tells it where server and
// database are, and then, every half a second, how much memory it has.
import { once } from 'node:events';
import { startBenchSystem } from './start-bench-system.mjs';

const ASK_EVERY_MS = 500;

const server = await startBenchSystem(process.argv[2]);
await server.addProject();
const { url, databaseUrl } = server;
process.send({ url, databaseUrl, token: await server.makeToken('admin') });
const timer = setInterval(() => process.send({ rssBytes: process.memoryUsage().rss }), ASK_EVERY_MS);

await once(process, 'disconnect');
clearInterval(timer);
await server.stop();
process.exit();

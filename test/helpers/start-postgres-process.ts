import { startPostgres } from '../../platform/embedded/postgres.ts';

// Starts PostgreSQL over the folder given and tells where; for tests that kill whoever started a server.
const [, , dataFolder = ''] = process.argv;
const { url, pid } = await startPostgres({ dataFolder });
process.stdout.write(`${JSON.stringify({ url, pid })}\n`);

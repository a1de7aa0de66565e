import { defineConfig } from 'prisma/config';

// Prisma wants its native schema engine to exist, which generating a client never calls. Any executable satisfies it,
// so that a checkout builds where that engine can't be downloaded.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.CRUNCH_DATABASE_URL ?? 'postgresql://localhost/crunch' },
});

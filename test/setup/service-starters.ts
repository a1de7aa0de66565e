import type { ServiceStarters } from './service-desk.ts';

/** How the servers of the tests are started; what that takes is only then loaded. */
export const SERVICE_STARTERS: ServiceStarters = {
  async postgres() {
    const { startTestPostgres } = await import('./postgres.ts');
    const server = await startTestPostgres();
    return { admit: async () => ({ url: await server.createTestDatabase() }), stop: () => server.stop() };
  },
  async s3() {
    const { startS3Server } = await import('./s3-server.ts');
    const { stop, ...access } = await startS3Server();
    return { admit: async () => access, stop };
  },
  async temporal() {
    const { startTestTemporal } = await import('./temporal-server.ts');
    const { stop, ...access } = await startTestTemporal();
    return { admit: async () => access, stop };
  },
};

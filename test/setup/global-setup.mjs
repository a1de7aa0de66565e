import { createJiti } from 'jiti';

// Jest's own transform does not reach what a global set-up imports as ES modules.
const jiti = createJiti(import.meta.url);

/** Opens the desk at which the tests of a run get their servers; global-teardown.mjs closes it. */
export default async function setUp() {
  const { openServiceDesk } = await jiti.import('./service-desk.ts');
  const { SERVICE_STARTERS } = await jiti.import('./service-starters.ts');
  const { SERVICE_DESK_VARIABLE } = await jiti.import('./test-services.ts');
  const desk = await openServiceDesk(SERVICE_STARTERS);
  process.env[SERVICE_DESK_VARIABLE] = desk.url;
  globalThis.serviceDesk = desk;
}

import { fuzzApi } from '../helpers/fuzz-api.ts';
import { LeaseBench } from '../helpers/lease-bench.ts';
import { addHost } from '../setup/catalog.ts';
import { describeWithAll } from '../setup/test-services.ts';

/** `npm run fuzz:api` tries many more. */
const EXAMPLES = Number(process.env['CRUNCH_FUZZ_EXAMPLES'] ?? 3);
const SEED = Number(process.env['CRUNCH_FUZZ_SEED'] ?? 20_260_301);

const TIMEOUT_MS = 60 * 60_000;

await describeWithAll(['postgres', 'temporal', 'schemathesis'], 'the API, asked at random', (services) => {
  const { postgres, temporal, schemathesis } = services;
  let bench: LeaseBench;

  beforeAll(async () => {
    bench = await LeaseBench.start(postgres.url, { temporal });
    const client = await bench.api.signIn();
    // What the document's examples are about.
    const workflow = { kind: 'text', text: '#!/bin/sh\ntrue\n' } as const;
    await client.createProject({ body: { name: 'Penguins', workflow } });
    await client.createDataset({ body: { project: 'penguins', name: 'Torgersen' } });
    await addHost(bench.api.catalog, { name: 'node-7' });
    // Among the numbers that are tried there must not be the one of the token that tries.
    await bench.api.catalog.prisma.$executeRaw`ALTER SEQUENCE token_id_seq RESTART WITH 1000000007`;
  });
  afterAll(() => bench.stop());

  test(
    'answers only as its document says, and never by a fault of its own',
    async () => {
      const ticket = await bench.ticketOf(await bench.hold());
      const access = { url: bench.api.url, token: await bench.api.makeToken(), ticket };
      const program = schemathesis.program;
      const { exitCode, output, statuses } = await fuzzApi({ program, ...access, examples: EXAMPLES, seed: SEED });
      const count = (status: number) => statuses.filter((it) => it === status).length;
      const faultsAt = output.search(/= (?:ERRORS|FAILURES) =/);
      expect(exitCode === 0 ? '' : output.slice(Math.max(faultsAt, 0))).toBe('');
      expect(count(500)).toBe(0);
      // Otherwise hardly anything was tried.
      expect(count(200)).toBeGreaterThan(statuses.length / 20);
      expect(statuses.length).toBeGreaterThan(2000);
    },
    TIMEOUT_MS,
  );
});

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { addProject } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

const ROWS = 100_000;
const DETAILS = 'A long description of a sample of the reef. '.repeat(20);
const MIB = 1024 * 1024;

/** Far less than the rows have together. */
const MOST_BYTES = 48 * MIB;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What is in use by now. */
function usedBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

await describeWith('postgres', 'tables of 100,000 rows', ({ url: databaseUrl }) => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    await addProject(api.catalog, { name: 'p' });
  });
  afterAll(() => api.stop());

  test('go in and out without being held, by the server or by whoever sends and reads', async () => {
    const client = await api.signIn();
    await client.importDatasets({ query: { dryRun: 'true' }, body: rows(100, () => {}) });
    const before = usedBytes();
    let mostBytes = 0;
    const sample = () => void (mostBytes = Math.max(mostBytes, usedBytes() - before));

    expect(await client.importDatasets({ body: rows(ROWS, sample) })).toEqual({ created: ROWS, unchanged: 0 });
    expect(mostBytes).toBeLessThan(MOST_BYTES);
    // By what it knows of its tables, PostgreSQL decides whether lists are read from indexes.
    const known = await api.catalog.prisma.$queryRaw<{ table: string }[]>`
      SELECT relname::text AS table FROM pg_class
      WHERE relname IN ('item', 'dataset', 'attribute') AND reltuples >= ${ROWS} ORDER BY 1`;
    expect(known.map(({ table }) => table)).toEqual(['attribute', 'dataset', 'item']);

    // Not checked against the contract, for which an answer is held.
    const answer = await fetch(`${api.url}/api/v1/datasets/export?format=csv`, {
      headers: { authorization: `Bearer ${await api.makeToken()}` },
    });
    let sizeBytes = 0;
    let sampledAt = 0;
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
      sizeBytes += chunk.length;
      if (sizeBytes - sampledAt < 20 * MIB) continue;
      sampledAt = sizeBytes;
      sample();
    }
    expect(sizeBytes).toBeGreaterThan(ROWS * DETAILS.length);
    expect(mostBytes).toBeLessThan(MOST_BYTES);
  }, 600_000);

  async function* rows(count: number, sample: () => void) {
    for (let n = 0; n < count; n += 1) {
      if (n % 10_000 === 0) sample();
      const attributes = Array.from({ length: 8 }, (_, i) => ({ key: `k${i}`, type: 'integer' as const, value: n }));
      yield { project: 'p', name: `d ${n}`, details: `${n} ${DETAILS}`, attributes };
    }
  }
});

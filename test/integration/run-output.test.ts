import { closeRun, markRunClaimed, markRunWaiting } from '../../catalog/run-events.ts';
import { getOutputExtent, readRecentLines } from '../../catalog/run-output.ts';
import type { OutputReceipt, OutputReport } from '../../shared/contract/run-output.ts';
import { LeaseBench, type BenchLease } from '../helpers/lease-bench.ts';
import { describeWith } from '../setup/test-services.ts';

const FAILED = { outcome: 'failed', failureClass: 'workflow', note: null, hostLosses: 0 } as const;

await describeWith('postgres', 'what runs print', ({ url: databaseUrl }) => {
  let bench: LeaseBench;

  beforeAll(async () => {
    bench = await LeaseBench.start(databaseUrl);
  });
  afterAll(() => bench.stop());

  function reportOf({ runId, leaseNumber, host, boot }: BenchLease, first: number, texts: string[]): OutputReport {
    const lines = texts.map((text, index) => ({ atMs: 1_000 * (first + index), stage: 'workflow', text }));
    return { runId, leaseNumber, host, boot, first, lines };
  }

  async function send(
    lease: BenchLease,
    first: number,
    texts: string[],
    client = bench.client,
  ): Promise<OutputReceipt> {
    const { receipts } = await client.reportOutput({ body: { reports: [reportOf(lease, first, texts)] } });
    return receipts[0]!;
  }

  async function linesOf({ runId }: BenchLease): Promise<string[]> {
    const lines = await readRecentLines(bench.api.catalog, runId, { after: 0, limit: 100_000 });
    return lines.map(({ number, leaseNumber, text }) => `${number} ${leaseNumber} ${text}`);
  }

  test('lines are kept in order and once, however often they are sent', async () => {
    const lease = await bench.hold();
    expect(await send(lease, 0, ['a', 'b'])).toEqual({ received: 2, standing: 'in force' });
    expect(await send(lease, 0, ['a', 'b', 'c'])).toEqual({ received: 3, standing: 'in force' });
    expect(await send(lease, 1, ['b'])).toEqual({ received: 3, standing: 'in force' });
    expect(await send(lease, 3, [])).toEqual({ received: 3, standing: 'in force' });
    const twice = [reportOf(lease, 3, ['d']), reportOf(lease, 3, ['d', 'e'])];
    await Promise.all(twice.map((report) => bench.client.reportOutput({ body: { reports: [report] } })));
    await send(lease, 3, ['d', 'e']);
    expect(await linesOf(lease)).toEqual(['1 1 a', '2 1 b', '3 1 c', '4 1 d', '5 1 e']);
  });

  test('a lease writes into its own run while no other one has followed it, also after the run was closed', async () => {
    const lease = await bench.hold();
    await send(lease, 0, ['of the first']);
    await markRunWaiting(bench.api.catalog, { runId: lease.runId, reason: 'handed back', hostLosses: 0 });
    expect(await send(lease, 1, ['late'])).toEqual({ received: 2, standing: 'in force' });
    const next = { ...lease, leaseNumber: 2, host: 'other', boot: 'boot-other' };
    expect(await send(next, 0, ['too early'])).toEqual({ received: 0, standing: 'unknown' });
    await bench.claim(next);
    expect(await send(lease, 2, ['too late'])).toEqual({ received: 0, standing: 'over' });
    expect(await send(next, 0, ['of the second'])).toEqual({ received: 1, standing: 'in force' });
    await closeRun(bench.api.catalog, { runId: lease.runId, ...FAILED });
    expect(await send(next, 1, ['the end'])).toEqual({ received: 2, standing: 'in force' });
    expect(await linesOf(lease)).toEqual(['1 1 of the first', '2 1 late', '3 2 of the second', '4 2 the end']);
    await bench.api.catalog.prisma.run.update({ where: { id: lease.runId }, data: { closedAt: new Date(0) } });
    expect(await send(next, 2, ['years later'])).toEqual({ received: 0, standing: 'over' });
  });

  test('a lease that was handed back before it had sent anything sends it still', async () => {
    const lease = await bench.hold();
    await markRunWaiting(bench.api.catalog, { runId: lease.runId, reason: 'handed back', hostLosses: 0 });
    expect(await send(lease, 0, ['late'])).toEqual({ received: 1, standing: 'in force' });
    expect((await send({ ...lease, host: 'other' }, 1, ['foreign'])).received).toBe(0);
    expect(await linesOf(lease)).toEqual(['1 1 late']);
  });

  test.each([
    ['another host', { host: 'other' }],
    ['another start of the host', { boot: 'boot-other' }],
    ['a run that is not there', { runId: '00000000-0000-4000-8000-000000000000' }],
  ])('nothing is taken of %s', async (_, change) => {
    const lease = await bench.hold();
    await send(lease, 0, ['own']);
    expect((await send({ ...lease, ...change }, 1, ['foreign'])).received).toBe(0);
    expect(await linesOf(lease)).toEqual(['1 1 own']);
  });

  test('a token that does not see the project can add nothing', async () => {
    const lease = await bench.hold();
    const stranger = bench.connect(await bench.api.makeToken({ scope: 'host', projects: ['other'] }));
    expect(await send(lease, 0, ['x'], stranger)).toEqual({ received: 0, standing: 'over' });
    expect(await linesOf(lease)).toEqual([]);
  });

  test('the catalog keeps a bounded end, and storage the rest', async () => {
    const lease = await bench.hold();
    for (let first = 0; first < 9_000; first += 1_500) {
      await send(
        lease,
        first,
        Array.from({ length: 1_500 }, (_, index) => `line ${first + index + 1}`),
      );
    }
    expect(await getOutputExtent(bench.api.catalog, lease.runId)).toEqual({ lineCount: 9_000, storedLines: 6_000 });
    expect((await linesOf(lease)).length).toBe(3_000);
  });

  test('how far a transfer is, is shown while its stage runs', async () => {
    const lease = await bench.hold();
    const transfer = {
      ...{ stage: 'download', filesDone: 1, filesTotal: 3, bytesDone: 10, bytesTotal: 5_000_000_000 },
      ...{ bytesPerSecond: 7, waitingSince: null },
    };
    await bench.client.reportOutput({ body: { reports: [{ ...reportOf(lease, 0, []), transfer }] } });
    const read = async () => (await bench.client.getDataset({ params: { slug: lease.dataset } })).run?.transfer;
    expect(await read()).toEqual(transfer);
    expect(await linesOf(lease)).toEqual([]);
    const { runId, host, boot, leaseNumber } = lease;
    await markRunClaimed(bench.api.catalog, { runId, host, boot, leaseNumber, stage: 'workflow' });
    expect(await read()).toBeNull();
  });

  test('a text that the database can not hold is kept as near as can be', async () => {
    const lease = await bench.hold();
    await send(lease, 0, ['a\u0000b', '\ud800', '😀 \u001b[31m']);
    expect(await linesOf(lease)).toEqual(['1 1 a\ufffdb', '2 1 \ufffd', '3 1 😀 \u001b[31m']);
  });
});

import { closeRun } from '../../catalog/run-events.ts';
import { createClient, followLog, type CrunchClient } from '../../client/index.ts';
import type { LogNews } from '../../shared/contract/logs.ts';
import { startCuttingProxy } from '../helpers/cutting-proxy.ts';
import { LeaseBench, type BenchLease } from '../helpers/lease-bench.ts';
import { describeWith } from '../setup/test-services.ts';

const FAILED = { outcome: 'failed', failureClass: 'workflow', note: null, hostLosses: 0 } as const;

await describeWith('postgres', 'the log of a run', ({ url: databaseUrl }) => {
  let bench: LeaseBench;
  let reader: CrunchClient;

  beforeAll(async () => {
    bench = await LeaseBench.start(databaseUrl);
    reader = await bench.api.signIn({ scope: 'read' });
  });
  afterAll(() => bench.stop());

  async function print({ runId, leaseNumber, host, boot }: BenchLease, first: number, texts: string[]): Promise<void> {
    const lines = texts.map((text, index) => ({ atMs: 1_000 * (first + index), stage: 'workflow', text }));
    await bench.client.reportOutput({ body: { reports: [{ runId, leaseNumber, host, boot, first, lines }] } });
  }

  /** A run that has printed so many lines, the older ones of which are in storage. */
  async function holdPrinting(count: number): Promise<BenchLease> {
    const lease = await bench.hold();
    for (let first = 0; first < count; first += 1_000) {
      const length = Math.min(1_000, count - first);
      await print(
        lease,
        first,
        Array.from({ length }, (_, index) => `Line ${first + index + 1}`),
      );
    }
    return lease;
  }

  const fail = ({ runId }: BenchLease) => closeRun(bench.api.catalog, { runId, ...FAILED });

  const numbersOf = (news: LogNews[]) => news.flatMap(({ items }) => items.map(({ number }) => number));
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

  test('is read page by page, from storage and from the catalog, after its host is gone', async () => {
    const lease = await holdPrinting(7_500);
    await fail(lease);
    const params = { slug: lease.dataset };
    const numbers: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await reader.readLog({ params, query: { cursor, limit: 1_300 } });
      expect(page.run).toMatchObject({ number: 1, state: 'failed', lineCount: 7_500 });
      numbers.push(...page.items.map(({ number }) => number));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(numbers).toEqual(upTo(7_500));
    const { items } = await reader.readLog({ params, query: { cursor: '1999', limit: 2, run: 1 } });
    expect(items).toEqual([
      { number: 2_000, leaseNumber: 1, at: '1970-01-01T00:33:19.000Z', stage: 'workflow', text: 'Line 2000' },
      { number: 2_001, leaseNumber: 1, at: '1970-01-01T00:33:20.000Z', stage: 'workflow', text: 'Line 2001' },
    ]);
  });

  test('is searched for a text, whatever signs it has', async () => {
    const lease = await holdPrinting(6_500);
    await print(lease, 6_500, ['rule a+b (50%) failed']);
    const search = async (grep: string) => {
      const { items } = await reader.readLog({ params: { slug: lease.dataset }, query: { grep } });
      return items.map(({ number }) => number);
    };
    expect(await search('line 64')).toEqual([
      64,
      ...Array.from({ length: 10 }, (_, index) => 640 + index),
      ...Array.from({ length: 100 }, (_, index) => 6_400 + index),
    ]);
    expect(await search('A+B (50%)')).toEqual([6_501]);
    expect(await search('a.b')).toEqual([]);
  });

  test('tells of what is not there', async () => {
    const lease = await bench.hold();
    const params = { slug: lease.dataset };
    await expect(reader.readLog({ params })).resolves.toMatchObject({ items: [], next: null, run: { lineCount: 0 } });
    await expect(reader.readLog({ params, query: { run: 2 } })).rejects.toMatchObject({
      code: 'not-found',
      message: `${lease.dataset} has no run 2.`,
    });
    await expect(reader.readLog({ params: { slug: 'own:none' } })).rejects.toMatchObject({ code: 'not-found' });
  });

  test('is followed as it is printed, until the run is over', async () => {
    const lease = await holdPrinting(4_500);
    const news: LogNews[] = [];
    for await (const more of followLog(reader, { params: { slug: lease.dataset } })) {
      news.push(more);
      const seen = numbersOf(news).length;
      if (seen === 4_500) await print(lease, 4_500, ['one']);
      if (seen === 4_501) await print(lease, 4_501, ['two', 'three']);
      if (seen === 4_503 && more.items.length > 0) {
        await fail(lease);
        // What a host sends last comes when its run is closed.
        await print(lease, 4_503, ['the last']);
      }
    }
    expect(numbersOf(news)).toEqual(upTo(4_504));
    expect(news.at(-1)).toMatchObject({ isEnd: true, run: { state: 'failed', lineCount: 4_504 } });
  });

  test('is followed over cut connections, each line once', async () => {
    const lease = await bench.hold();
    const proxy = await startCuttingProxy(bench.api.url);
    const client = createClient({ url: proxy.url, token: await bench.api.makeToken({ scope: 'read' }) });
    const news: LogNews[] = [];
    let printed = 0;
    try {
      for await (const more of followLog(client, { params: { slug: lease.dataset } })) {
        news.push(more);
        if (numbersOf(news).length < printed) continue;
        if (printed === 30) {
          await fail(lease);
          printed = Infinity;
        }
        if (printed === Infinity) continue;
        await print(
          lease,
          printed,
          Array.from({ length: 5 }, (_, index) => `${printed + index}`),
        );
        printed += 5;
        if (printed % 10 === 0) proxy.pull();
      }
    } finally {
      await proxy.stop();
    }
    expect(numbersOf(news)).toEqual(upTo(30));
  });

  test('comes by an event, before the sign of life that a silent stream gives', async () => {
    const lease = await bench.hold();
    const headers = { authorization: `Bearer ${await bench.api.makeToken({ scope: 'read' })}` };
    const answer = await fetch(`${bench.api.url}/api/v1/datasets/${lease.dataset}/log/events`, { headers });
    let heard = '';
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
      if (heard === '') await print(lease, 0, ['now']);
      heard += chunk;
      if (heard.includes('now')) break;
    }
    expect(heard).toMatch(/^retry: \d+\n\nevent: lines\nid: 0\n.*\n\nevent: lines\nid: 1\ndata: .*"text":"now"/);
    expect(heard).not.toContain('keep-alive');
  });

  test('tells of transfers too', async () => {
    const lease = await bench.hold();
    const { runId, leaseNumber, host, boot } = lease;
    const done = {
      stage: 'download',
      filesTotal: 3,
      bytesDone: 0,
      bytesTotal: 9,
      bytesPerSecond: 1,
      waitingSince: null,
    };
    const seen: (number | undefined)[] = [];
    for await (const { run } of followLog(reader, { params: { slug: lease.dataset } })) {
      const filesDone = run.transfer?.filesDone ?? 0;
      seen.push(filesDone);
      if (filesDone === 2) break;
      const report = {
        runId,
        leaseNumber,
        host,
        boot,
        first: 0,
        lines: [],
        transfer: { ...done, filesDone: filesDone + 1 },
      };
      await bench.client.reportOutput({ body: { reports: [report] } });
    }
    expect(seen).toEqual([0, 1, 2]);
  });

  test('goes on behind the event that a browser names', async () => {
    const lease = await holdPrinting(10);
    await fail(lease);
    const events = await reader.followLog({ params: { slug: lease.dataset }, headers: { 'last-event-id': '7' } });
    const news: LogNews[] = [];
    for await (const more of events) news.push(more);
    expect(numbersOf(news)).toEqual([8, 9, 10]);
  });

  test('is followed no longer by who may not read it any more', async () => {
    const lease = await holdPrinting(1);
    const admin = await bench.api.signIn();
    const { id, token } = await admin.createToken({ body: { name: 'short', scope: 'read' } });
    const events = await bench.connect(token).followLog({ params: { slug: lease.dataset } });
    const news: LogNews[] = [];
    for await (const more of events) {
      news.push(more);
      if (more.items.length > 0) await admin.revokeToken({ params: { id } });
    }
    expect(news.at(-1)).toMatchObject({ isEnd: false });
  });
});

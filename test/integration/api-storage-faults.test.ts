import { randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import type { ApiStorage } from '../../storage/api-storage.ts';
import type { ObjectBody, Storage } from '../../storage/storage.ts';
import { startCuttingProxy, type CuttingProxy } from '../helpers/cutting-proxy.ts';
import { describeContent, LeaseBench, s3Settings, type BenchLease } from '../helpers/lease-bench.ts';
import { TransferBench } from '../helpers/transfer-bench.ts';
import { describeWith, describeWithAll } from '../setup/test-services.ts';

const MIB = 1024 * 1024;

await describeWith('postgres', 'the network between a host and the server', ({ url }) => {
  let bench: LeaseBench;
  let lease: BenchLease;
  let proxy: CuttingProxy;
  let storage: ApiStorage;

  beforeAll(async () => {
    bench = await LeaseBench.start(url);
    lease = await bench.hold({ basePath: 'datasets' });
  });
  beforeEach(async () => {
    proxy = await startCuttingProxy(bench.api.url);
    storage = bench.open(lease, { url: proxy.url });
  });
  afterEach(async () => {
    await storage.close();
    await proxy.stop();
  });
  afterAll(() => bench.stop());

  const content = randomBytes(8 * MIB);
  const newPath = () => `datasets/${randomUUID()}.bin`;

  async function isWhole(path: string): Promise<boolean> {
    const found = await bench.api.storage.stat(path);
    return found?.sizeBytes === content.length;
  }

  test.each([null, undefined])('an upload that is cut off is sent again (ifVersion %s)', async (ifVersion) => {
    const path = newPath();
    proxy.cutAfterBytes = 3 * MIB;
    await storage.write(path, content, { ...describeContent(content), ifVersion });
    expect(proxy.cuts).toBe(1);
    const { stream } = await bench.api.storage.read(path);
    expect(content.equals(Buffer.concat(await stream.toArray()))).toBe(true);
  });

  test('of one that can’t be sent again nothing is left', async () => {
    const path = newPath();
    // The ticket has come before.
    await storage.stat(path);
    proxy.cutAfterBytes = 3 * MIB;
    const write = storage.write(path, Readable.from(chunksOf(content)), describeContent(content));
    await expect(write).rejects.toMatchObject({ code: 'storage-unavailable' });
    expect(await bench.api.storage.stat(path)).toBeUndefined();
    await storage.write(path, content, { ...describeContent(content), ifVersion: null });
    expect(await isWhole(path)).toBe(true);
  });

  test('a write whose answer is lost is found done', async () => {
    const path = newPath();
    const written = await storage.write(path, content, { ...describeContent(content), ifVersion: null });
    const { version } = written;
    // All but the answer of the next one passes: the storage then holds what the condition rules out.
    const write = bench.api.storage.write.bind(bench.api.storage);
    const changed = Buffer.concat([content, Buffer.from('more')]);
    bench.api.storage.write = async (...args) => {
      bench.api.storage.write = write;
      const done = await write(...args);
      proxy.pull();
      return done;
    };
    const again = await storage.write(path, changed, { ...describeContent(changed), ifVersion: version });
    expect(await bench.api.storage.stat(path)).toMatchObject({ sizeBytes: changed.length, version: again.version });
  });

  test('a run goes through a network that is pulled again and again', async () => {
    const transfers = await TransferBench.open(storage);
    await transfers.store({ 'in.txt': 'x'.repeat(2 * MIB), 'b c/%2F "q" é.txt': 'odd' });
    proxy.cutAfterBytes = MIB;
    await transfers.download();
    await transfers.put({ 'out.bin': randomBytes(MIB).toString('hex'), '-rf': 'dashes' });
    proxy.cutAfterBytes = MIB;
    await transfers.upload();
    expect(proxy.cuts).toBe(2);
    expect((await transfers.publish()).files).toHaveLength(4);
    expect(await transfers.stored()).toEqual(await transfers.local());
    await transfers.close();
  });
});

await describeWithAll(['postgres', 's3'], 'large files over a network that is pulled', ({ postgres, s3 }) => {
  let bench: LeaseBench;
  let proxy: CuttingProxy;

  beforeAll(async () => {
    bench = await LeaseBench.start(postgres.url, { storage: s3Settings(s3, `api-faults-${randomUUID()}`) });
    proxy = await startCuttingProxy(bench.api.url);
  });
  afterAll(async () => {
    await proxy.stop();
    await bench.stop();
  });

  test('a part is sent again, not the file', async () => {
    const lease = await bench.hold();
    const storage = bench.open(lease, { url: proxy.url });
    const content = randomBytes(80 * MIB);
    const path = `${lease.basePath}/large.bin`;
    proxy.cutAfterBytes = 30 * MIB;
    await storage.write(path, content, { ...describeContent(content), ifVersion: null });
    expect(proxy.cuts).toBe(1);
    expect(proxy.sentBytes).toBeLessThan(content.length + 17 * MIB);
    expect(await bench.api.storage.stat(path)).toMatchObject(describeContent(content));
    await storage.close();
  });
});

await describeWith('postgres', 'uploads through the server to a slow storage', ({ url }) => {
  /** Reads slowly and notes by how much the senders are ahead. */
  class SlowStorage {
    readonly inner: Storage;
    sentBytes = 0;
    readBytes = 0;
    mostAheadBytes = 0;

    constructor(inner: Storage) {
      this.inner = inner;
      const write = inner.write.bind(inner);
      inner.write = (path, body, options) => write(path, Readable.from(this.readSlowly(body)), options);
    }

    private async *readSlowly(body: ObjectBody): AsyncGenerator<Buffer> {
      for await (const chunk of body as Readable as AsyncIterable<Buffer>) {
        // The senders, which are in this process, have many turns for each of this.
        for (let turns = 0; turns < 5; turns += 1) await turn();
        this.readBytes += chunk.length;
        this.mostAheadBytes = Math.max(this.mostAheadBytes, this.sentBytes - this.readBytes);
        yield chunk;
      }
    }
  }

  let slow: SlowStorage;
  let bench: LeaseBench;

  beforeAll(async () => {
    bench = await LeaseBench.start(url, { wrapStorage: (storage) => (slow = new SlowStorage(storage)).inner });
  });
  afterAll(() => bench.stop());

  test('the server holds little of them, and the senders wait', async () => {
    const lease = await bench.hold();
    const storage = bench.open(lease);
    const [uploads, sizeBytes, chunk] = [4, 64 * MIB, randomBytes(256 * 1024)];
    const { sha256 } = describeContent(Buffer.concat(Array.from({ length: sizeBytes / chunk.length }, () => chunk)));
    function* send() {
      for (let sent = 0; sent < sizeBytes; sent += chunk.length) {
        slow.sentBytes += chunk.length;
        yield chunk;
      }
    }
    const writes = Array.from({ length: uploads }, (_, number) =>
      storage.write(`${lease.basePath}/${number}`, () => Readable.from(send()), { sizeBytes, sha256 }),
    );
    await Promise.all(writes);
    expect(slow.readBytes).toBe(uploads * sizeBytes);
    // What the kernel holds of a connection is part of it.
    expect(slow.mostAheadBytes).toBeLessThan(uploads * 16 * MIB);
    await storage.close();
  });
});

function* chunksOf(content: Buffer): Generator<Buffer> {
  for (let at = 0; at < content.length; at += 100_000) yield content.subarray(at, at + 100_000);
}

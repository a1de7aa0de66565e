import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { S3Storage } from '../../storage/s3-storage.ts';
import { startS3FaultProxy, type Fault, type S3FaultProxy } from '../helpers/s3-fault-proxy.ts';
import { TransferBench } from '../helpers/transfer-bench.ts';
import { describeWith, type TestServices } from '../setup/test-services.ts';
import { testPublishing } from '../suites/publish-conformance.ts';
import { testTransfers } from '../suites/transfer-conformance.ts';

await describeWith('s3', 'transfers over S3', (server) => {
  testTransfers(() => openStorage(server, server.endpoint));
  testPublishing(() => openStorage(server, server.endpoint));
});

await describeWith('s3', 'a storage that fails', (server) => {
  let proxy: S3FaultProxy;
  let storage: S3Storage;
  let bench: TransferBench;

  beforeEach(async () => {
    proxy = await startS3FaultProxy(server.endpoint);
    storage = openStorage(server, proxy.endpoint);
    bench = await TransferBench.open(storage);
  });
  afterEach(async () => {
    await bench.close();
    await storage.close();
    await proxy.stop();
  });

  test.each<Fault>([
    { kind: 'break' },
    { kind: 'shorten' },
    { kind: 'flip' },
    { kind: 'refuse', status: 503, code: 'SlowDown' },
    { kind: 'refuse', status: 429, code: 'TooManyRequests' },
    { kind: 'refuse', status: 500, code: 'InternalError' },
    { kind: 'lose' },
  ])('a download survives an answer that meets $kind $status', async (fault) => {
    const content = randomBytes(2_000_000).toString('hex');
    await bench.store({ 'in.txt': content });
    proxy.choose = onFirst('GET', 'in.txt', fault);
    await bench.download();
    expect((await bench.local())['in.txt'] === content).toBe(true);
  });

  test.each<Fault>([
    { kind: 'refuse', status: 503, code: 'SlowDown' },
    { kind: 'refuse', status: 409, code: 'ConditionalRequestConflict' },
    { kind: 'lose' },
  ])('an upload survives an answer that meets $kind $code', async (fault) => {
    await bench.download();
    await bench.put({ 'out.txt': 'result' });
    proxy.choose = onFirst('PUT', 'out.txt', fault);
    await bench.upload();
    expect((await bench.publish()).files).toHaveLength(1);
    expect(await bench.stored()).toEqual({ 'out.txt': 'result' });
  });

  test.each<[string, Fault]>([
    ['SHA-256', { kind: 'flip' }],
    ['size', { kind: 'shorten' }],
  ])('bytes whose %s stays wrong end the download, with the key and both values', async (what, fault) => {
    await bench.store({ 'in.txt': 'input' });
    proxy.choose = (method, path) => (method === 'GET' && path.includes('in.txt') ? fault : undefined);
    await expect(bench.download()).rejects.toMatchObject({
      code: 'storage-corrupt',
      message: expect.stringMatching(new RegExp(`in\\.txt: its ${what}.* should be \\w+ but is \\w+`)),
    });
    expect(await bench.local()).toEqual({});
  });

  test('a download goes on where the connection broke', async () => {
    await bench.store({ 'in.txt': 'x'.repeat(1_000_000) });
    proxy.choose = onFirst('GET', 'in.txt', { kind: 'break' });
    let read = 0;
    const open = storage.read.bind(storage);
    storage.read = async (path, options) => {
      const content = await open(path, options);
      if (path.endsWith('in.txt')) content.stream.on('data', (chunk: Buffer) => (read += chunk.length)).pause();
      return content;
    };
    await bench.download();
    expect(read).toBe(1_000_000);
  });

  test('a wrong clock of this host is put right by the server’s', async () => {
    const date = new Date(Date.now() + 10 * 60_000);
    const dates: string[] = [];
    const refuse = onFirst('PUT', 'in.txt', { kind: 'refuse', status: 403, code: 'RequestTimeTooSkewed', date });
    proxy.choose = (method, path, headers) => {
      if (method === 'PUT') dates.push(String(headers['x-amz-date']));
      return refuse(method, path, headers);
    };
    await bench.store({ 'in.txt': 'input' });
    expect(minutesBetween(dates[0]!, dates[1]!)).toBe(10);
    expect(await bench.stored()).toEqual({ 'in.txt': 'input' });
  });

  test('a stream that can be read only once is not sent again', async () => {
    proxy.choose = onFirst('PUT', 'in.txt', { kind: 'refuse', status: 503, code: 'SlowDown' });
    const declared = { sizeBytes: 3, sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' };
    const write = storage.write(`${bench.basePath}/in.txt`, Readable.from([Buffer.from('abc')]), declared);
    await expect(write).rejects.toMatchObject({ code: 'storage-unavailable' });
    expect(proxy.requests).toHaveLength(1);
  });

  test('a write to many parts survives the failure of one', async () => {
    const content = randomBytes(66 * 1024 * 1024);
    const sha256 = createHash('sha256').update(content).digest('hex');
    proxy.choose = onFirst('PUT', 'partNumber=2', { kind: 'refuse', status: 500, code: 'InternalError' });
    await storage.write(`${bench.basePath}/large`, content, { sizeBytes: content.length, sha256, ifVersion: null });
    expect(await storage.stat(`${bench.basePath}/large`)).toMatchObject({ sizeBytes: content.length, sha256 });
  });

  test('a failed write to many parts leaves no parts behind', async () => {
    proxy.choose = onFirst('PUT', 'partNumber=2', { kind: 'refuse', status: 403, code: 'AccessDenied' });
    const content = Buffer.alloc(66 * 1024 * 1024);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const write = storage.write(`${bench.basePath}/large`, content, { sizeBytes: content.length, sha256 });
    await expect(write).rejects.toMatchObject({ code: 'storage-refused' });
    expect(proxy.requests.filter((line) => line.startsWith('DELETE'))).toHaveLength(1);
  });

  test('no error shows the credentials', async () => {
    proxy.choose = () => ({ kind: 'refuse', status: 403, code: 'SignatureDoesNotMatch' });
    const error: unknown = await bench.download().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'storage-refused' });
    const text = `${String(error)} ${JSON.stringify(error)}`;
    expect(text).not.toContain(server.secretAccessKey);
    expect(text).not.toContain(server.accessKeyId);
  });

  test('a trivial dataset costs few requests', async () => {
    await bench.store({ 'in.txt': 'input' });
    proxy.requests.length = 0;
    await bench.download();
    expect(proxy.requests).toHaveLength(2);
    await bench.put({ 'out.txt': 'result' });
    await bench.upload();
    expect(proxy.requests).toHaveLength(2 + 3);
    await bench.publish();
    expect(proxy.requests).toHaveLength(2 + 3 + 4);
  });
});

function openStorage(server: TestServices['s3'], endpoint: string): S3Storage {
  const { bucket, region, accessKeyId, secretAccessKey } = server;
  const credentials = { accessKeyId, secretAccessKey };
  return new S3Storage({
    kind: 's3',
    bucket,
    prefix: 's3-transfer',
    region,
    endpoint,
    forcePathStyle: true,
    credentials,
  });
}

/** Harms the first request of a method whose path has a part. */
function onFirst(method: string, part: string, fault: Fault): S3FaultProxy['choose'] {
  let isFirst = true;
  return (actual, path) => {
    if (!isFirst || actual !== method || !path.includes(part)) return undefined;
    isFirst = false;
    return fault;
  };
}

/** Of two times as signatures have them: `20260131T235959Z`. */
function minutesBetween(earlier: string, later: string): number {
  const [from, to] = [earlier, later].map((text) => {
    return Date.parse(text.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
  });
  return Math.round((to! - from!) / 60_000);
}

import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { TICKET_HEADER } from '../../shared/contract/lease-files.ts';
import { API_PREFIX } from '../../shared/contract/index.ts';
import { describeContent, LeaseBench, s3Settings, type BenchLease } from '../helpers/lease-bench.ts';
import { describeWith, describeWithAll } from '../setup/test-services.ts';

const SECRET = 'what another dataset holds';
const SHA256 = describeContent(Buffer.from('x')).sha256;

/** Ways to name a file outside of the dataset, each as it stands in a URL. */
function escapes(path: string): string[] {
  const up = ['..%2F..%2F', '../../', '%2e%2e/%2e%2e/', '%2E%2E%2F%2E%2E%2F', '..%5C..%5C', './../../', 'a/../../../'];
  const twice = ['%252e%252e%252f%252e%252e%252f', '%252e%252e/%252e%252e/', '..%252f..%252f'];
  const odd = ['..%00/../', '....//....//', '..;/..;/', '%c0%ae%c0%ae/%c0%ae%c0%ae/', '%uff0e%uff0e/'];
  const absolute = ['/', '//', '%2F', 'file:///', '%5C%5C', '~/', ''];
  return [...up, ...twice, ...odd, ...absolute].map((way) => way + path);
}

/** Files in Crunch's own folder that no host writes, at whatever place its own lease is. */
const NOT_FOR_HOSTS = [
  '.crunch/manifest.json',
  '.CRUNCH/manifest.json',
  '.Crunch/Manifest.json',
  '.crunch',
  '.crunch/',
  '.crunch/other',
  `.crunch/manifests/${randomUUID()}-1.json`,
  `.crunch/uploads/${randomUUID()}-1.json`,
  `.crunch/inputs/${'a'.repeat(64)}`,
  '.crunch/logs',
  '.crunch/logs/../manifest.json',
  '.crunch/LOGS/x.log',
  '.CRUNCH/logs/x.log',
];

await describeWith('postgres', 'a host behind the server', ({ url: databaseUrl }) => {
  let bench: LeaseBench;
  let lease: BenchLease;
  let other: BenchLease;
  let ticket: string;

  beforeAll(async () => {
    bench = await LeaseBench.start(databaseUrl);
    lease = await bench.hold();
    other = await bench.hold({ project: 'other' });
    ticket = await bench.ticketOf(lease);
    await bench.store(`${other.basePath}/secret.txt`, SECRET);
    await bench.store(`${lease.basePath}/in.txt`, 'own');
  });
  afterAll(() => bench.stop());

  /** Sends a path as it stands, which fetch does not. */
  function send(method: string, path: string, body?: string): Promise<{ status: number; text: string }> {
    const headers: Record<string, string> = { authorization: `Bearer ${bench.token}`, [TICKET_HEADER]: ticket };
    if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body));
    if (body?.startsWith('{')) headers['content-type'] = 'application/json';
    return new Promise((resolve, reject) => {
      const sent = request(bench.api.url, { method, path: `${API_PREFIX}${path}`, headers });
      sent.once('error', reject);
      sent.once('response', (response) => {
        const { statusCode: status = 0 } = response;
        text(response).then((answer) => resolve({ status, text: answer }), reject);
      });
      sent.end(body);
    });
  }

  async function listAll(): Promise<string[]> {
    const paths: string[] = [];
    for await (const { path } of bench.api.storage.list('')) paths.push(path);
    return paths.toSorted();
  }

  test('a listing shows nothing but the dataset', async () => {
    const listed = await send('GET', '/lease/files');
    expect(listed.text).toContain('"in.txt"');
    expect(listed.text).not.toContain('secret.txt');
    expect((await send('GET', '/lease/files?folder=.')).status).toBe(400);
    expect((await send('GET', '/lease/files?folder=')).status).toBe(400);
    expect((await send('GET', '/lease/files?folder=..')).status).toBe(400);
  });

  test.each(escapes('other/secret.txt'))('no way leads out of the dataset: %s', async (way) => {
    const target = way.replace('other', other.basePath);
    const before = await listAll();
    for (const place of ['content', 'info']) {
      const answer = await send('GET', `/lease/files/${place}?path=${target}`);
      expect([400, 404]).toContain(answer.status);
      expect(answer.text).not.toContain(SECRET);
    }
    const listed = await send('GET', `/lease/files?folder=${target.replace('/secret.txt', '')}`);
    expect(listed.text).not.toContain('secret.txt"');
    await send('PUT', `/lease/files/content?path=${target}&sha256=${SHA256}`, 'x');
    await send('DELETE', `/lease/files?path=${target}`);
    const decoded = decodeOnce(target);
    for (const body of [
      { from: decoded, to: 'stolen.txt' },
      { from: 'in.txt', to: decoded },
    ]) {
      await send('POST', '/lease/files/copies', JSON.stringify(body));
    }
    // A name that only looks encoded is a name like others, in the dataset.
    const isOwn = (path: string) => path.startsWith(`${lease.basePath}/`);
    expect((await listAll()).filter((path) => !isOwn(path))).toEqual(before.filter((path) => !isOwn(path)));
    expect(await bench.textOf(`${other.basePath}/secret.txt`)).toBe(SECRET);
    expect(await bench.textOf(`${lease.basePath}/stolen.txt`)).toBeUndefined();
  });

  test.each(NOT_FOR_HOSTS)('no host writes, copies to or removes %s', async (path) => {
    const name = encodeURIComponent(path);
    const before = await listAll();
    const statuses = [
      await send('PUT', `/lease/files/content?path=${name}&sha256=${SHA256}`, 'x'),
      await send('DELETE', `/lease/files?path=${name}`),
    ].map(({ status }) => status);
    if (!path.includes('/inputs/')) {
      statuses.push((await send('POST', '/lease/files/copies', JSON.stringify({ from: 'in.txt', to: path }))).status);
    }
    for (const status of statuses) expect([400, 403]).toContain(status);
    expect(await listAll()).toEqual(before);
  });

  test('a host writes its own lease’s papers, and logs', async () => {
    const { runId } = lease;
    for (const path of [`manifests/${runId}-1.json`, `uploads/${runId}-1.json`, 'logs/workflow.log']) {
      const answer = await send('PUT', `/lease/files/content?path=.crunch/${path}&sha256=${SHA256}`, 'x');
      expect(answer.status).toBe(200);
    }
    const next = await send('PUT', `/lease/files/content?path=.crunch/manifests/${runId}-2.json&sha256=${SHA256}`, 'x');
    expect(next.status).toBe(403);
  });

  test('the original of an input is kept once, and then stays', async () => {
    const kept = `.crunch/inputs/${describeContent(Buffer.from('own')).sha256}`;
    const keep = (from: string) => send('POST', '/lease/files/copies', JSON.stringify({ from, to: kept }));
    expect((await keep('in.txt')).status).toBe(204);
    await bench.store(`${lease.basePath}/changed.txt`, 'changed');
    expect((await keep('changed.txt')).status).toBe(403);
    expect(await bench.textOf(`${lease.basePath}/${kept}`)).toBe('own');
  });

  test('what has another size or checksum than announced is not put in place', async () => {
    const wrong = describeContent(Buffer.from('announced')).sha256;
    const answer = await send('PUT', `/lease/files/content?path=in.txt&sha256=${wrong}`, 'arrived');
    expect(answer.status).toBe(502);
    expect(await bench.textOf(`${lease.basePath}/in.txt`)).toBe('own');
  });

  test('a folder signs nothing and takes nothing in parts', async () => {
    const answer = await send('POST', '/lease/signed-reads', JSON.stringify({ path: 'in.txt' }));
    expect(answer.status).toBe(409);
    const start = await send('POST', '/lease/parts/start', JSON.stringify({ path: 'in.txt', sha256: SHA256 }));
    expect(start.status).toBe(409);
  });

  test('without a ticket, or with the scope of others, nothing is to be had', async () => {
    const answer = await fetch(`${bench.api.url}${API_PREFIX}/lease/files`, {
      headers: { authorization: `Bearer ${bench.token}` },
    });
    expect(answer.status).toBe(400);
    const stranger = bench.connect(await bench.api.makeToken({ scope: 'operate' }));
    const headers = { [TICKET_HEADER]: ticket };
    await expect(stranger.statLeaseFile({ query: { path: 'in.txt' }, headers })).rejects.toMatchObject({
      code: 'not-allowed',
    });
  });
});

await describeWithAll(['postgres', 's3'], 'a signed request', ({ postgres, s3 }) => {
  let bench: LeaseBench;
  let lease: BenchLease;
  let headers: { [TICKET_HEADER]: string };

  beforeAll(async () => {
    bench = await LeaseBench.start(postgres.url, { storage: s3Settings(s3, `lease-boundary-${randomUUID()}`) });
    lease = await bench.hold();
    headers = { [TICKET_HEADER]: await bench.ticketOf(lease) };
    await bench.store(`${lease.basePath}/in.txt`, 'own');
    await bench.store('beside/secret.txt', SECRET);
  });
  afterAll(() => bench.stop());

  const content = Buffer.from('hello');
  const signWrite = (path: string, ifVersion?: string | null) =>
    bench.client.signLeaseWrite({ headers, body: { path, ...describeContent(content), ifVersion } });

  async function put(url: string, body: string, sent: Record<string, string>): Promise<number> {
    const { 'content-length': _, ...rest } = sent;
    return (await fetch(url, { method: 'PUT', body, headers: rest })).status;
  }

  test('writes what it was signed for, once, on its condition', async () => {
    const signed = await signWrite('new file +%.txt', null);
    expect(await put(signed.url, 'hello', signed.headers)).toBe(200);
    expect(await put(signed.url, 'hello', signed.headers)).toBe(412);
    const info = await bench.api.storage.stat(`${lease.basePath}/new file +%.txt`);
    expect(info).toMatchObject(describeContent(content));
  });

  test('writes no other bytes, no more of them, and not without its condition', async () => {
    const { url, headers: sent } = await signWrite('bound.txt', null);
    const { 'if-none-match': _, ...unconditional } = sent;
    const { 'x-amz-checksum-sha256': __, ...unchecked } = sent;
    const refused = [
      await put(url, 'hello and more', sent),
      await put(url, 'hellO', sent),
      await put(url, 'hello', unconditional),
      await put(url, 'hellO', unchecked),
    ];
    for (const status of refused) expect([400, 403]).toContain(status);
    expect(await bench.textOf(`${lease.basePath}/bound.txt`)).toBeUndefined();
  });

  test('is for one object and one method', async () => {
    const write = await signWrite('one.txt');
    expect(await put(write.url.replace('one.txt', 'in.txt'), 'hello', write.headers)).toBe(403);
    const read = await bench.client.signLeaseRead({ headers, body: { path: 'in.txt' } });
    expect(await (await fetch(read.url)).text()).toBe('own');
    const secret = read.url.replace(`${lease.basePath}/in.txt`, 'beside/secret.txt');
    const bucket = read.url.replace(/\/[^/?]+\?/, '/?list-type=2&');
    for (const url of [secret, bucket, write.url]) expect((await fetch(url)).status).toBe(403);
    for (const method of ['PUT', 'DELETE', 'POST']) {
      expect([403, 405]).toContain((await fetch(read.url, { method })).status);
    }
    expect(await bench.textOf(`${lease.basePath}/in.txt`)).toBe('own');
  });

  test('expires within a quarter of an hour', async () => {
    for (const { url } of [await signWrite('a'), await bench.client.signLeaseRead({ headers, body: { path: 'a' } })]) {
      expect(Number(new URL(url).searchParams.get('X-Amz-Expires'))).toBeLessThanOrEqual(900);
    }
  });

  test.each(['.crunch/manifest.json', `.crunch/inputs/${'a'.repeat(64)}`])('is not to be had for %s', async (path) => {
    const refusal = { code: 'not-allowed' };
    await expect(signWrite(path)).rejects.toMatchObject(refusal);
    const write = { path, uploadId: 'x' };
    const part = { number: 1, sizeBytes: 1, sha256: SHA256 };
    const parts = [{ number: 1, sha256: SHA256, etag: 'x' }];
    const { client } = bench;
    await expect(client.startLeaseParts({ headers, body: { path, sha256: SHA256 } })).rejects.toMatchObject(refusal);
    await expect(client.signLeasePart({ headers, body: { ...write, part } })).rejects.toMatchObject(refusal);
    const end = { ...write, parts, sizeBytes: 1 };
    await expect(client.finishLeaseParts({ headers, body: end })).rejects.toMatchObject(refusal);
  });

  test('of a part is for these bytes of this part; the parts have to make up the size', async () => {
    const { client } = bench;
    const start = await client.startLeaseParts({ headers, body: { path: 'parts.bin', sha256: SHA256 } });
    const part = { number: 1, ...describeContent(content) };
    const { url, headers: sent } = await client.signLeasePart({ headers, body: { ...start, part } });
    for (const [to, body] of [
      [url, 'hello and more'],
      [url, 'hellO'],
      [url.replace('partNumber=1', 'partNumber=2'), 'hello'],
      [url.replace('parts.bin', 'in.txt'), 'hello'],
    ] as const) {
      expect([400, 403]).toContain(await put(to, body, sent));
    }
    const { 'content-length': _, ...rest } = sent;
    const answer = await fetch(url, { method: 'PUT', body: 'hello', headers: rest });
    const parts = [{ number: 1, sha256: part.sha256, etag: answer.headers.get('etag') ?? '' }];
    const finish = (sizeBytes: number) => client.finishLeaseParts({ headers, body: { ...start, parts, sizeBytes } });
    await expect(finish(6)).rejects.toMatchObject({ code: 'storage-corrupt' });
    expect(await bench.textOf(`${lease.basePath}/parts.bin`)).toBeUndefined();
    await finish(5);
    expect(await bench.textOf(`${lease.basePath}/parts.bin`)).toBe('hello');
  });

  test('an upload in parts belongs to its file', async () => {
    const { client } = bench;
    const { uploadId } = await client.startLeaseParts({ headers, body: { path: 'mine.bin', sha256: SHA256 } });
    const elsewhere = { path: 'in.txt', uploadId, sizeBytes: 0, parts: [{ number: 1, sha256: SHA256, etag: 'x' }] };
    await expect(client.finishLeaseParts({ headers, body: elsewhere })).rejects.toMatchObject({
      code: 'storage-unavailable',
    });
    await client.discardLeaseParts({ headers, body: { path: 'mine.bin', uploadId } });
    expect(await bench.textOf(`${lease.basePath}/in.txt`)).toBe('own');
  });

  test('host-config holds no credentials', async () => {
    const config = JSON.stringify(await bench.client.getHostConfig());
    expect(config).toContain(s3.bucket);
    for (const secret of [s3.accessKeyId, s3.secretAccessKey, bench.token]) expect(config).not.toContain(secret);
    expect(bench.api.readLog()).not.toContain(s3.secretAccessKey);
  });
});

function decodeOnce(way: string): string {
  try {
    return decodeURIComponent(way);
  } catch {
    return way;
  }
}

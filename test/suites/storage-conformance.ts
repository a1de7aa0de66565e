import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ObjectEntry, Storage, WriteOptions } from '../../storage/storage.ts';
import { PATH_CORPUS } from './path-corpus.ts';

const MIB = 1024 * 1024;

/** What every storage does. `open` gives another connection to the same place each time. */
export function testStorageConformance(open: () => Storage): void {
  let storage: Storage;
  let folder: string;

  beforeEach(() => {
    storage = open();
    folder = `conformance/${randomUUID()}`;
  });
  afterEach(async () => {
    await storage.close();
  });

  const put = (path: string, content: Uint8Array, more: Partial<WriteOptions> = {}) =>
    storage.write(`${folder}/${path}`, content, { ...describeBytes(content), ...more });
  const get = async (path: string) => buffer((await storage.read(`${folder}/${path}`)).stream);

  test('gives back the bytes that were written, with their size and version', async () => {
    const content = randomBytes(300_000);
    const { version } = await put('a.bin', content);
    const { info, stream } = await storage.read(`${folder}/a.bin`);
    expect(content.equals(await buffer(stream))).toBe(true);
    expect(info).toMatchObject({ path: `${folder}/a.bin`, sizeBytes: 300_000, version });
    expect(await storage.stat(`${folder}/a.bin`)).toMatchObject({ sizeBytes: 300_000, version });
  });

  test('keeps empty files', async () => {
    await put('empty', Buffer.alloc(0));
    expect(await get('empty')).toHaveLength(0);
    expect(await collect(storage.list(folder))).toMatchObject([{ path: `${folder}/empty`, sizeBytes: 0 }]);
  });

  test('reads from an offset', async () => {
    await put('a', Buffer.from('0123456789'));
    const { info, stream } = await storage.read(`${folder}/a`, { offset: 7 });
    expect(String(await buffer(stream))).toBe('789');
    expect(info.sizeBytes).toBe(10);
  });

  test('round-trips every name of the corpus', async () => {
    for (const path of PATH_CORPUS) await put(path, Buffer.from(path));
    const listed = await collect(storage.list(folder));
    const paths = listed.map((entry) => entry.path.slice(folder.length + 1));
    expect(paths.toSorted()).toEqual(PATH_CORPUS.toSorted());
    for (const path of PATH_CORPUS) expect(String(await get(path))).toBe(path);
  });

  test('lists what is below a folder and nothing beside it', async () => {
    for (const path of ['x/1', 'x/y/2', 'xx/3', 'x.4']) await put(path, Buffer.from(path));
    const listed = await collect(storage.list(`${folder}/x`));
    expect(listed.map((entry) => entry.path).toSorted()).toEqual([`${folder}/x/1`, `${folder}/x/y/2`]);
    expect(await collect(storage.list(`${folder}/x/`))).toEqual(listed);
    expect(await collect(storage.list(`${folder}/unknown`))).toEqual([]);
  });

  test('lists and reads tell the same version until the content changes', async () => {
    await put('a', Buffer.from('one'));
    const [first] = await collect(storage.list(folder));
    expect((await storage.stat(`${folder}/a`))?.version).toBe(first?.version);
    await put('a', Buffer.from('two'));
    const [second] = await collect(storage.list(folder));
    expect(second?.version).not.toBe(first?.version);
  });

  test('says that a file is not there', async () => {
    expect(await storage.stat(`${folder}/none`)).toBeUndefined();
    await expect(storage.read(`${folder}/none`)).rejects.toMatchObject({ code: 'not-found' });
    await expect(storage.copy(`${folder}/none`, `${folder}/x`)).rejects.toMatchObject({ code: 'not-found' });
    await storage.delete(`${folder}/none`);
  });

  test.each(['', '/etc/passwd', '../up', 'a/../../b', 'a//b', 'a\\b', 'nul\0'])('refuses the path %j', async (path) => {
    const refusal = { code: 'invalid-input' };
    const content = Buffer.from('x');
    await expect(storage.stat(path)).rejects.toMatchObject(refusal);
    await expect(storage.read(path)).rejects.toMatchObject(refusal);
    await expect(storage.write(path, content, describeBytes(content))).rejects.toMatchObject(refusal);
    await expect(storage.delete(path)).rejects.toMatchObject(refusal);
    await expect(storage.copy(path, `${folder}/x`)).rejects.toMatchObject(refusal);
    await expect(storage.copy(`${folder}/x`, path)).rejects.toMatchObject(refusal);
  });

  test('overwrites, deletes and copies', async () => {
    await put('a', Buffer.from('one'));
    await put('a', Buffer.from('two!'));
    expect(String(await get('a'))).toBe('two!');
    await storage.copy(`${folder}/a`, `${folder}/sub/b c+d%.txt`);
    await storage.delete(`${folder}/a`);
    expect(String(await get('sub/b c+d%.txt'))).toBe('two!');
    expect((await collect(storage.list(folder))).map((entry) => entry.path)).toEqual([`${folder}/sub/b c+d%.txt`]);
  });

  test('copies and reads a version only while it is the current one', async () => {
    const { version } = await put('a', Buffer.from('one'));
    await storage.copy(`${folder}/a`, `${folder}/b`, { ifVersion: version });
    await put('a', Buffer.from('two'));
    const failure = { code: 'precondition-failed' };
    await expect(storage.copy(`${folder}/a`, `${folder}/b`, { ifVersion: version })).rejects.toMatchObject(failure);
    await expect(storage.read(`${folder}/a`, { ifVersion: version })).rejects.toMatchObject(failure);
    expect(String(await get('b'))).toBe('one');
  });

  test('removes a version only while it is the current one', async () => {
    const { version } = await put('a', Buffer.from('one'));
    await put('a', Buffer.from('two'));
    const failure = { code: 'precondition-failed' };
    await expect(storage.delete(`${folder}/a`, { ifVersion: version })).rejects.toMatchObject(failure);
    expect(String(await get('a'))).toBe('two');
    const current = await storage.stat(`${folder}/a`);
    await storage.delete(`${folder}/a`, { ifVersion: current?.version });
    expect(await storage.stat(`${folder}/a`)).toBeUndefined();
    await storage.delete(`${folder}/a`, { ifVersion: version });
  });

  test('writes on conditions', async () => {
    const failure = { code: 'precondition-failed' };
    const { version } = await put('a', Buffer.from('one'), { ifVersion: null });
    await expect(put('a', Buffer.from('two'), { ifVersion: null })).rejects.toMatchObject(failure);
    await expect(put('a', Buffer.from('two'), { ifVersion: 'other' })).rejects.toMatchObject(failure);
    await expect(put('none', Buffer.from('two'), { ifVersion: version })).rejects.toMatchObject(failure);
    expect(String(await get('a'))).toBe('one');
    await put('a', Buffer.from('two'), { ifVersion: version });
    await expect(put('a', Buffer.from('three'), { ifVersion: version })).rejects.toMatchObject(failure);
    expect(String(await get('a'))).toBe('two');
  });

  test.each(['that there is nothing', 'that the version is known'])(
    'lets one of 20 writers win on %s',
    async (what) => {
      const isNew = what === 'that there is nothing';
      const ifVersion = isNew ? null : (await put('a', Buffer.from('before'))).version;
      const others = Array.from({ length: 20 }, open);
      const results = await Promise.allSettled(
        others.map((other, number) => {
          const content = Buffer.from(`writer ${number}`);
          return other.write(`${folder}/a`, content, { ...describeBytes(content), ifVersion });
        }),
      );
      await Promise.all(others.map((other) => other.close()));
      const winners = results.flatMap((result, number) => (result.status === 'fulfilled' ? [number] : []));
      expect(winners).toHaveLength(1);
      expect(String(await get('a'))).toBe(`writer ${winners[0]}`);
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'precondition-failed' });
      }
    },
  );

  test.each([
    ['another checksum', { sha256: 'f'.repeat(64) }],
    ['fewer bytes than declared', { sizeBytes: 7 }],
    ['more bytes than declared', { sizeBytes: 5 }],
  ])('refuses a body with %s and leaves the old object', async (_, wrong) => {
    await put('a', Buffer.from('old'));
    const body = () => Readable.from([Buffer.from('abc'), Buffer.from('def')]);
    const declared = { ...describeBytes(Buffer.from('abcdef')), ...wrong };
    await expect(storage.write(`${folder}/a`, body, declared)).rejects.toMatchObject({ code: 'storage-corrupt' });
    expect(String(await get('a'))).toBe('old');
  });

  test('a body that breaks off leaves the old object', async () => {
    await put('a', Buffer.from('old'));
    const breaking = Readable.from(breakOff());
    const declared = { sizeBytes: 2 * MIB, sha256: 'f'.repeat(64) };
    await expect(storage.write(`${folder}/a`, breaking, declared)).rejects.toMatchObject({
      code: 'storage-unavailable',
    });
    expect(String(await get('a'))).toBe('old');
    expect(await collect(storage.list(folder))).toHaveLength(1);
  });

  test('takes a stream that can be read only once', async () => {
    const content = randomBytes(3 * MIB);
    await storage.write(`${folder}/a`, Readable.from([content]), describeBytes(content));
    expect(content.equals(await get('a'))).toBe(true);
  });

  test('takes an object of many parts from a stream that can be read only once', async () => {
    const content = randomBytes(70 * MIB);
    const { version } = await storage.write(`${folder}/large`, Readable.from(cut(content)), {
      ...describeBytes(content),
      ifVersion: null,
    });
    const { info, stream } = await storage.read(`${folder}/large`);
    expect(info).toMatchObject({ sizeBytes: content.length, version });
    expect(describeBytes(await buffer(stream))).toEqual(describeBytes(content));
    const again = storage.write(`${folder}/large`, () => Readable.from(cut(content.subarray(1))), {
      ...describeBytes(content.subarray(1)),
      ifVersion: null,
    });
    await expect(again).rejects.toMatchObject({ code: 'precondition-failed' });
  });

  test('refuses an object of many parts with another checksum', async () => {
    const content = randomBytes(66 * MIB);
    const write = storage.write(`${folder}/large`, content, { sizeBytes: content.length, sha256: 'f'.repeat(64) });
    await expect(write).rejects.toMatchObject({ code: 'storage-corrupt' });
    expect(await storage.stat(`${folder}/large`)).toBeUndefined();
  });

  test('stops when it is interrupted', async () => {
    const controller = new AbortController();
    const stalled = new Readable({ read: () => undefined });
    const declared = { sizeBytes: 5, sha256: 'f'.repeat(64), signal: controller.signal };
    const write = storage.write(`${folder}/a`, stalled, declared);
    controller.abort();
    await expect(write).rejects.toMatchObject({ code: 'interrupted' });
    await expect(storage.stat(`${folder}/a`, { signal: controller.signal })).rejects.toMatchObject({
      code: 'interrupted',
    });
  });
}

function describeBytes(content: Uint8Array): { sizeBytes: number; sha256: string } {
  return { sizeBytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}

async function collect(entries: AsyncIterable<ObjectEntry>): Promise<ObjectEntry[]> {
  const all: ObjectEntry[] = [];
  for await (const entry of entries) all.push(entry);
  return all;
}

function* cut(content: Buffer): Generator<Buffer> {
  for (let at = 0; at < content.length; at += 100_000) yield content.subarray(at, at + 100_000);
}

function* breakOff(): Generator<Buffer> {
  yield Buffer.alloc(MIB);
  throw new Error('the sender has gone');
}

import { createHash } from 'node:crypto';
import type { Storage } from '../../storage/storage.ts';
import type { TransferBench } from '../helpers/transfer-bench.ts';
import { useTransferBench } from '../helpers/use-transfer-bench.ts';

/** What publishing the results of a lease does over every storage. */
export function testPublishing(open: () => Storage): void {
  let storage: Storage;
  let bench: TransferBench;

  useTransferBench(open, (opened) => {
    bench = opened;
    storage = opened.storage;
  });

  test('publishing is done once, by the latest lease', async () => {
    await bench.download();
    await bench.put({ 'out.txt': 'result' });
    await bench.upload();
    const manifest = await bench.publish();
    expect(await bench.publish()).toEqual(manifest);
    bench.startRun();
    await bench.upload();
    await bench.publish();
    bench.startRun(1);
    await expect(bench.publish()).rejects.toMatchObject({ code: 'lease-lost' });
  });

  test('of two leases that publish in the same moment one does', async () => {
    await bench.download();
    await bench.upload();
    const list = storage.list.bind(storage);
    storage.list = async function* (prefix, options) {
      storage.list = list;
      bench.startRun();
      await bench.upload();
      await bench.publish();
      yield* list(prefix, options);
    };
    await expect(bench.publish()).rejects.toMatchObject({ code: 'precondition-failed' });
    expect(await bench.publish()).toMatchObject({ leaseNumber: 2 });
  });

  test.each([
    ['is missing', (path: string) => storage.delete(path)],
    ['has another size', (path: string) => storage.write(path, Buffer.from('longer'), describeText('longer'))],
    ['has other bytes', (path: string) => storage.write(path, Buffer.from('twos'), describeText('twos'))],
  ])('nothing is published when a result %s', async (_, harm) => {
    await bench.download();
    await bench.put({ 'out.txt': 'ones' });
    await bench.upload();
    await harm(`${bench.basePath}/out.txt`);
    await expect(bench.publish()).rejects.toMatchObject({
      code: 'storage-corrupt',
      message: expect.stringContaining('out.txt'),
    });
    expect(await storage.stat(`${bench.basePath}/.crunch/manifest.json`)).toBeUndefined();
  });

  test('nothing is published without the lease’s manifest, or with one that is none', async () => {
    await expect(bench.publish()).rejects.toMatchObject({ code: 'storage-corrupt' });
    await bench.store({ '.crunch/manifests/run-1-1.json': '{"version":1}' });
    await expect(bench.publish()).rejects.toMatchObject({ code: 'storage-corrupt' });
  });
}

function describeText(text: string): { sizeBytes: number; sha256: string } {
  return { sizeBytes: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex') };
}

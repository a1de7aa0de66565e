/** A program that begins to write an object into the storage folder of its argument, says so, and never ends. */
import { Readable } from 'node:stream';
import { FolderStorage } from '../../storage/folder-storage.ts';

const SIZE_BYTES = 1_000_000;
const storage = new FolderStorage(process.argv[2] ?? '');

async function* stall(): AsyncGenerator<Buffer> {
  yield Buffer.alloc(SIZE_BYTES / 4);
  yield Buffer.alloc(SIZE_BYTES / 4);
  process.stdout.write('half of it is written');
  await new Promise(() => setInterval(() => undefined, 60_000));
}

await storage.write('half', Readable.from(stall()), { sizeBytes: SIZE_BYTES, sha256: '' });

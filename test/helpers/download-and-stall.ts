/**
 * A program that downloads a dataset (arguments: storage folder, base path, workspace), says when half of the file
 * `large` has come, and then waits for the rest of it for ever.
 */
import { Readable } from 'node:stream';
import { FolderStorage } from '../../storage/folder-storage.ts';
import { downloadDataset } from '../../storage/transfer/download-dataset.ts';

const [, , root = '', basePath = '', workspace = ''] = process.argv;
const storage = new FolderStorage(root);
const read = storage.read.bind(storage);
storage.read = async (path, options) => {
  const content = await read(path, options);
  return path.endsWith('/large') ? { ...content, stream: Readable.from(stall(content.stream)) } : content;
};

async function* stall(stream: Readable): AsyncGenerator<Buffer> {
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    yield chunk;
    yield Buffer.alloc(0);
    process.stdout.write('half of it is there');
    await new Promise(() => setInterval(() => undefined, 60_000));
  }
}

await downloadDataset({ storage, basePath, workspace, concurrency: 1 });

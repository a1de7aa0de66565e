import { finished, type Readable } from 'node:stream';
import { ZipFile } from 'yazl';

interface ZippedFile {
  path: string;
  sizeBytes: number;
  recordedAt: Date;
}

interface Zip {
  stream: Readable;
  sizeBytes: number;
}

/** Readable to all, writable to the owner, and nothing but a plain file. */
const MODE = 0o100644;

/** The type's own end doesn't say that the callback is given the size. */
type End = (options: { forceZip64Format: boolean; comment: string }, tell: (sizeBytes: number) => void) => void;

/**
 * Puts files into one zip as it is read, below `folder`. They are stored as they are, so that its size is known before:
 * what is large is mostly packed already. Only one file is open at a time. The stream fails when a file can't be opened
 * or has another size.
 */
export function zipFiles(folder: string, files: ZippedFile[], open: (path: string) => Promise<Readable>): Zip {
  const zip = new ZipFile();
  const stream = zip.outputStream as Readable;
  let current: Readable | undefined;
  zip.on('error', (error: Error) => stream.destroy(error));
  stream.once('close', () => current?.destroy());
  for (const { path, sizeBytes, recordedAt } of files) {
    const options = { size: sizeBytes, compress: false, mtime: recordedAt, mode: MODE };
    zip.addReadStreamLazy(`${folder}/${path}`, options, (take) => {
      open(path).then(
        (opened) => {
          current = opened;
          // The library leaves it to others that a file breaks off.
          finished(opened, (error) => error && stream.destroy(error));
          if (stream.destroyed) opened.destroy();
          else take(undefined, opened);
        },
        (error: unknown) => stream.destroy(error as Error),
      );
    });
  }
  let sizeBytes = 0;
  const end = zip.end.bind(zip) as unknown as End;
  end({ forceZip64Format: false, comment: '' }, (told) => (sizeBytes = told));
  return { stream, sizeBytes };
}

import type { HashNews } from './hash-worker.ts';
import type { Step } from './upload-queue.ts';

/** A worker that is done with one file takes the next. */
let idle: Worker | undefined;

/**
 * The SHA-256 of a file in hex, computed beside the page so that it stays quick. Throws when the file can't be read, or
 * the signal is aborted.
 */
export const hashFile: Step<[file: Blob], string> = async (file, { onProgress, signal }) => {
  signal.throwIfAborted();
  const worker = idle ?? new Worker(new URL('./hash-worker.ts', import.meta.url), { type: 'module' });
  idle = undefined;
  const listening = new AbortController();
  const stop = () => worker.terminate();
  signal.addEventListener('abort', stop, { signal: listening.signal });
  try {
    const sha256 = await new Promise<string>((resolve, reject) => {
      const hear = ({ data }: MessageEvent<HashNews>) => {
        if ('doneBytes' in data) onProgress(data.doneBytes);
        else if ('sha256' in data) resolve(data.sha256);
        else reject(new Error(`The file can’t be read: ${data.fault}`));
      };
      worker.addEventListener('message', hear, { signal: listening.signal });
      worker.addEventListener('error', () => reject(new Error('This browser can’t compute the checksum.')), {
        signal: listening.signal,
      });
      signal.addEventListener('abort', () => reject(signal.reason as Error), { signal: listening.signal });
      worker.postMessage(file);
    });
    idle = worker;
    return sha256;
  } finally {
    listening.abort();
  }
};

import type { HashNews } from './hash-worker.ts';
import type { Step } from './upload-queue.ts';

/** Workers that are done with one file take the next. */
const idle: Worker[] = [];

/**
 * The SHA-256 of a file in hex, computed beside the page so that it stays quick. Throws when the file can't be read, or
 * the signal is aborted.
 */
export const hashFile: Step<[file: Blob], string> = async (file, { onProgress, signal }) => {
  signal.throwIfAborted();
  const worker = idle.pop() ?? new Worker(new URL('./hash-worker.ts', import.meta.url), { type: 'module' });
  const listening = new AbortController();
  let isIdle = false;
  try {
    return await new Promise<string>((resolve, reject) => {
      const hear = ({ data }: MessageEvent<HashNews>) => {
        isIdle = !('doneBytes' in data);
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
  } finally {
    listening.abort();
    if (isIdle) idle.push(worker);
    else worker.terminate();
  }
};

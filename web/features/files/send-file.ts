import { makeUrl } from '../../../client/make-url.ts';
import { readAnswer } from '../../../client/read-answer.ts';
import { contract } from '../../../shared/contract/index.ts';
import { CrunchError } from '../../../shared/errors/crunch-error.ts';
import { WEB_CLIENT } from '../../connection/crunch.ts';
import { signInGate } from '../../connection/sign-in-gate.ts';
import type { Step } from './upload-queue.ts';

interface Target {
  slug: string;
  path: string;
  sha256: string;
}

/**
 * Puts a file in its place in a dataset, again after a sign-in when the session has ended. Not by `fetch`, which doesn't
 * tell how much of a body is sent. Throws CrunchError in the server's words.
 */
export const sendFile: Step<[file: Blob, target: Target], void> = async (file, { slug, path, sha256 }, control) => {
  const url = makeUrl(location.origin, contract.putFile, { params: { slug, path }, query: { sha256 } });
  for (;;) {
    const session = signInGate.session();
    const response = await put(url, file, control);
    if (response.status !== 401) {
      await readAnswer(response, contract.putFile, location.origin);
      return;
    }
    await signInGate.wait(session, control.signal);
  }
};

function put(url: string, file: Blob, { onProgress, signal }: Parameters<typeof sendFile>[2]): Promise<Response> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    request.setRequestHeader('content-type', 'application/octet-stream');
    for (const [name, value] of Object.entries(WEB_CLIENT)) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', ({ loaded }) => onProgress(loaded));
    request.addEventListener('load', () => resolve(new Response(request.responseText, { status: request.status })));
    request.addEventListener('error', () => reject(cutOff()));
    request.addEventListener('abort', () => reject(signal.reason as Error));
    // One signal is for all files of a dataset.
    const stop = () => request.abort();
    signal.addEventListener('abort', stop);
    request.addEventListener('loadend', () => signal.removeEventListener('abort', stop));
    request.send(file);
  });
}

function cutOff(): CrunchError {
  return new CrunchError(
    'api-unreachable',
    'The connection broke while the file was sent, or the file changed on the disk. Nothing was stored; try again.',
  );
}

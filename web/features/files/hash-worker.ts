import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { messageOf } from '../../../shared/errors/crunch-error.ts';

/** What the worker answers: how far it is, then the checksum or why there is none. */
export type HashNews = { doneBytes: number } | { sha256: string } | { fault: string };

/** Only so much of a file is in memory at a time. */
const CHUNK_BYTES = 4 * 1024 * 1024;

async function hash(file: Blob): Promise<void> {
  const digest = sha256.create();
  for (let offset = 0; offset < file.size; offset += CHUNK_BYTES) {
    digest.update(new Uint8Array(await file.slice(offset, offset + CHUNK_BYTES).arrayBuffer()));
    tell({ doneBytes: Math.min(offset + CHUNK_BYTES, file.size) });
  }
  tell({ sha256: bytesToHex(digest.digest()) });
}

function tell(news: HashNews): void {
  postMessage(news);
}

addEventListener('message', ({ data }: MessageEvent<Blob>) => {
  hash(data).catch((error: unknown) => tell({ fault: messageOf(error) }));
});

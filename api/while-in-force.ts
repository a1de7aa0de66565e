import { Readable } from 'node:stream';
import type { OpenLease } from './auth/open-lease.ts';

/**
 * The bytes of a body, which ends well only if the lease is still in force then: an upload may take hours, and its file
 * is put in place at the end.
 */
export function whileInForce(lease: OpenLease, body: Readable): Readable {
  return Readable.from(readAndCheck(lease, body), { objectMode: false });
}

async function* readAndCheck(lease: OpenLease, body: Readable): AsyncGenerator<Buffer> {
  yield* body;
  await lease.assertInForce();
}

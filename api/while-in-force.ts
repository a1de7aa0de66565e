import { Readable } from 'node:stream';
import type { OpenLease } from './auth/open-lease.ts';

/**
 * The bytes of a body, which ends well only if what allows them is still in force then: an upload may take hours, and its
 * file is put in place at the end.
 */
export function whileInForce(lease: Pick<OpenLease, 'assertInForce'>, body: Readable): Readable {
  return Readable.from(readAndCheck(lease, body), { objectMode: false });
}

async function* readAndCheck(
  { assertInForce }: Pick<OpenLease, 'assertInForce'>,
  body: Readable,
): AsyncGenerator<Buffer> {
  yield* body;
  await assertInForce();
}

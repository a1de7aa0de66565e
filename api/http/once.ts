import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { doOnce } from '../../catalog/answered-requests.ts';
import type { Catalog, TransactionTime } from '../../catalog/open-catalog.ts';
import type { Endpoint } from '../../shared/contract/endpoint.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { Caller } from '../auth/caller.ts';

/**
 * Does a request's work, and for a request with an `Idempotency-Key` does it once: in one transaction, in which it must
 * use the catalog that it is given, and of which it gives JSON. `time` is for work that may take longer than most. Throws
 * `key-reused`.
 */
export type Once = <Result>(work: (catalog: Catalog) => Promise<Result>, time?: TransactionTime) => Promise<Result>;

const KEY = /^[\x21-\x7e]{1,255}$/;

/** How that request's work is done. Throws `invalid-input` for a key that is none, or where none is taken. */
export function onceFor(catalog: Catalog, { method, takesKey }: Endpoint, request: Request, caller: Caller): Once {
  const key = request.get('idempotency-key');
  if (key === undefined || method !== 'post') return (work) => work(catalog);
  if (!takesKey) throw new CrunchError('invalid-input', 'This operation takes no Idempotency-Key.');
  if (!KEY.test(key)) {
    throw new CrunchError('invalid-input', 'The Idempotency-Key must be 1 to 255 visible ASCII characters.');
  }
  const asked = JSON.stringify([method, request.originalUrl, request.body]);
  const sha256 = createHash('sha256').update(asked).digest('hex');
  return (work, time) => doOnce(catalog, { caller: caller.id, key, sha256 }, work, time);
}

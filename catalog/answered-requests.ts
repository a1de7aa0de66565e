import { CrunchError } from '../shared/errors/crunch-error.ts';
import { Prisma } from './generated/client.ts';
import { joinTransaction, type Catalog, type CatalogQueries, type TransactionTime } from './open-catalog.ts';
import { prepared } from './prepared.ts';
import { storableJson } from './storable-text.ts';

/** A request that its caller may send again under the same key. */
export interface RepeatableRequest {
  /** The caller's id: keys of different callers have nothing to do with each other. */
  caller: string;
  key: string;
  /** Of all that the request asks for. */
  sha256: string;
}

/** They are remembered for two days. */
const IS_OLD = Prisma.sql`answered_request.at < now() - interval '2 days'`;

/** Old requests are forgotten a few at a time, by those that come. */
const FORGOTTEN_AT_ONCE = 100;

/**
 * Does the work and keeps what it gives, which must be JSON, in one transaction. A request that comes again within two
 * days, or while the first one is under way, gets the same and does nothing. Work that fails is as if it had never been
 * asked for. `time` is for work that may take longer than most. Throws `key-reused` when the key was another request's.
 */
export async function doOnce<Result>(
  catalog: Catalog,
  request: RepeatableRequest,
  work: (catalog: Catalog) => Promise<Result>,
  time?: TransactionTime,
): Promise<Result> {
  return catalog.transact(async (queries) => {
    if (!(await claim(queries, request))) return readResult(queries, request);
    const result = await work(joinTransaction(catalog, queries, time));
    await keepResult(queries, request, result);
    return result;
  }, time);
}

/** False when somebody has claimed the key within two days; where that is under way, this waits for its end. */
async function claim(queries: CatalogQueries, { caller, key, sha256 }: RepeatableRequest): Promise<boolean> {
  const count = await queries.$executeRaw(prepared`
    INSERT INTO answered_request (caller, key, request_sha256, result) VALUES (${caller}, ${key}, ${sha256}, 'null')
    ON CONFLICT (caller, key) DO UPDATE SET request_sha256 = excluded.request_sha256, at = excluded.at
    WHERE ${IS_OLD}`);
  return count === 1;
}

async function readResult<Result>(
  queries: CatalogQueries,
  { caller, key, sha256 }: RepeatableRequest,
): Promise<Result> {
  const answered = await queries.answeredRequest.findUniqueOrThrow({ where: { caller_key: { caller, key } } });
  if (answered.requestSha256 !== sha256) {
    throw new CrunchError(
      'key-reused',
      `The Idempotency-Key “${key}” was sent with another request. Nothing was done; take a new key for each request.`,
    );
  }
  return answered.result as Result;
}

/** Forgets some old requests besides. */
async function keepResult(queries: CatalogQueries, { caller, key }: RepeatableRequest, result: unknown): Promise<void> {
  await queries.$executeRaw(prepared`
    WITH forgotten AS (
      DELETE FROM answered_request WHERE (caller, key) IN (
        SELECT caller, key FROM answered_request WHERE ${IS_OLD}
        LIMIT ${FORGOTTEN_AT_ONCE}::int FOR UPDATE SKIP LOCKED
      )
    )
    UPDATE answered_request SET result = ${storableJson(result)}::jsonb WHERE caller = ${caller} AND key = ${key}`);
}

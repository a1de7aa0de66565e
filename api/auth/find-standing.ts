import type { Standing } from '../../catalog/access.ts';
import type { Catalog } from '../../catalog/open-catalog.ts';
import type { Endpoint } from '../../shared/contract/endpoint.ts';
import { assertMay } from './authorize.ts';
import type { Caller } from './caller.ts';
import { findNamedThing, rightForFields } from './find-named-thing.ts';

interface NamingRequest {
  caller: Caller;
  params?: unknown;
  query?: unknown;
  body?: unknown;
}

/**
 * What the caller may do with the thing that the request names. Throws unless that is what the contract asks for;
 * `sentBody` is the body before it was parsed.
 */
export async function findStandingFor(
  catalog: Catalog,
  { needs }: Endpoint,
  request: NamingRequest,
  sentBody: unknown,
): Promise<Standing | undefined> {
  if (!('may' in needs)) return undefined;
  const slug = findNamedThing(needs, request);
  return slug === undefined ? undefined : assertMay(catalog, request.caller, rightForFields(needs, sentBody), slug);
}

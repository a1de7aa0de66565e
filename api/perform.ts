import type { Catalog } from '../catalog/open-catalog.ts';
import { contract, type Contract } from '../shared/contract/index.ts';
import { isStreamed, type Endpoint, type EndpointArguments, type EndpointOutput } from '../shared/contract/endpoint.ts';
import { assertMayCall } from './auth/authorize.ts';
import type { Caller } from './auth/caller.ts';
import { findStandingFor } from './auth/find-standing.ts';
import type { ApiContext } from './context.ts';
import type { Call, Handler } from './handler.ts';
import { handlers } from './handlers.ts';
import { parseInput } from './http/parse-input.ts';

/**
 * Does an operation of the contract that answers with JSON or nothing, for a caller who asked for it in other words: with
 * the same checks of the caller and of the input as its own route.
 */
export async function perform<Name extends keyof Contract>(
  context: ApiContext,
  caller: Caller,
  name: Name,
  input: Partial<Pick<EndpointArguments<Contract[Name]>, 'params' | 'query' | 'body'>>,
): Promise<EndpointOutput<Contract[Name]>> {
  const endpoint: Endpoint = contract[name];
  assertMayCall(caller, endpoint);
  const call = {
    params: parseInput(endpoint.params, input.params),
    query: parseInput(endpoint.query, input.query ?? {}),
    headers: parseInput(endpoint.headers, {}),
    body: isStreamed(endpoint.body) ? undefined : parseInput(endpoint.body, input.body),
    caller,
    once: (work: (catalog: Catalog) => Promise<unknown>) => work(context.catalog),
    identifyAgain: async () => caller,
    signal: new AbortController().signal,
    resumeAt: () => 0,
  };
  // The table of handlers is typed by operation; which one this is shows only at run time.
  const handler = handlers[name] as unknown as Handler<Endpoint>;
  const standing = await findStandingFor(context.catalog, endpoint, call, input.body);
  return (await handler(context, { ...call, standing } as unknown as Call<Endpoint>)) as EndpointOutput<Contract[Name]>;
}

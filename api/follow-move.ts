import { findMovedSlug } from '../catalog/moved-slugs.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import type { Endpoint } from '../shared/contract/endpoint.ts';
import type { ApiContext } from './context.ts';
import type { Call } from './handler.ts';
import type { Once } from './http/once.ts';

interface FailedCall {
  context: ApiContext;
  endpoint: Endpoint;
  call: Call<Endpoint>;
  /** The call with what its caller may do; throws unless they may do that. */
  authorized(call: Call<Endpoint>): Promise<Call<Endpoint>>;
}

/**
 * For a call that failed by the given error, because what it names is not there by its slug any more: the call for that
 * slug which it has now, for whoever reads; whoever would change it is told the slug by the error `moved`. Throws the
 * given error when nothing has moved, or nothing that exists for the caller.
 */
export async function followMove(
  error: unknown,
  { context, endpoint, call, authorized }: FailedCall,
): Promise<Call<Endpoint>> {
  const params = call.params as { slug?: string } | undefined;
  if (params?.slug === undefined || !saysNothingIsThere(error)) throw error;
  const slug = await findMovedSlug(context.catalog, params.slug);
  // It may be there itself, and something else be missing.
  if (slug === undefined || slug === params.slug) throw error;
  const moved = await authorized({ ...call, params: { ...params, slug } }).catch((refusal: unknown) => {
    // Its words would tell where it went.
    throw saysNothingIsThere(refusal) ? error : refusal;
  });
  if (endpoint.method === 'get') return moved;
  const refusal = new CrunchError(
    'moved',
    `${params.slug} was moved: it is ${slug} now. Nothing was done; use that slug.`,
  );
  if (!endpoint.takesKey) throw refusal;
  // What was done before it moved, or by which it moved, is answered again.
  const { once } = call as { once?: Once };
  return { ...moved, once: once && (() => once(() => Promise.reject(refusal))) } as Call<Endpoint>;
}

/** To whoever has not signed in, `not-signed-in` says so, too. */
function saysNothingIsThere(error: unknown): error is CrunchError {
  return error instanceof CrunchError && (error.code === 'not-found' || error.code === 'not-signed-in');
}

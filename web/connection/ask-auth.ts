import type { z } from 'zod';
import { readAnswer } from '../../client/read-answer.ts';
import { unreachable } from '../../client/send-with-retries.ts';
import type { Endpoint } from '../../shared/contract/endpoint.ts';
import { AUTH_PREFIX } from '../../shared/contract/sign-in.ts';
import { WEB_CLIENT } from './crunch.ts';

type AuthEndpoint = Pick<Endpoint, 'method' | 'path'> & { response?: z.ZodType };

/** Asks what has to do with sessions, which is beside the API's contract. Throws CrunchError in the server's words. */
export async function askAuth<E extends AuthEndpoint>(
  { method, path, response: shape }: E,
  body?: object,
): Promise<E['response'] extends z.ZodType ? z.output<E['response']> : undefined> {
  const sent = body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const headers = { ...sent?.headers, ...WEB_CLIENT };
  const request = fetch(`${AUTH_PREFIX}${path}`, { ...sent, method: method.toUpperCase(), headers });
  const response = await request.catch((error: unknown) => {
    throw unreachable(location.origin, error);
  });
  const endpoint: Endpoint = {
    ...{ method, path, summary: '', scope: 'public', needs: { be: 'anybody' } },
    ...(shape && { response: shape }),
  };
  return (await readAnswer(response, endpoint, location.origin)) as Awaited<ReturnType<typeof askAuth<E>>>;
}

import { createClient } from '../../client/index.ts';
import { CLIENT_HEADER } from '../../shared/contract/sign-in.ts';
import { signInGate } from './sign-in-gate.ts';

/** Tells the server that a page of its own asks: other sites can't send it. */
export const WEB_CLIENT = { [CLIENT_HEADER]: 'web' };

/** Sends a request with the session's cookie; when there was none, again after a sign-in, unless a visitor asks. */
async function sendSignedIn(input: RequestInfo | URL): Promise<Response> {
  const request = new Request(input);
  for (const [name, value] of Object.entries(WEB_CLIENT)) request.headers.set(name, value);
  for (;;) {
    const session = signInGate.session();
    const response = await fetch(request.clone());
    if (response.status !== 401) return response;
    if (!(await signInGate.wait(session, request.signal))) return response;
  }
}

/** The server that these pages come from. */
export const crunch = createClient({ url: location.origin, fetch: sendSignedIn });

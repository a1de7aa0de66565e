import { readAnswer } from '../../../client/read-answer.ts';
import { unreachable } from '../../../client/send-with-retries.ts';
import type { Endpoint } from '../../../shared/contract/endpoint.ts';
import { AUTH_PREFIX, SignedIn, type SignInRequest } from '../../../shared/contract/sign-in.ts';
import { WEB_CLIENT } from '../../connection/crunch.ts';

const SIGN_IN: Endpoint = {
  method: 'post',
  path: '/sign-in/email',
  summary: 'Sign in',
  scope: 'public',
  needs: { be: 'anybody' },
  response: SignedIn,
};
const SIGN_OUT: Endpoint = {
  method: 'post',
  path: '/sign-out',
  summary: 'Sign out',
  scope: 'public',
  needs: { be: 'anybody' },
};

/** Begins a session, which a cookie keeps, and tells whose. Throws CrunchError in the server's words. */
export async function signIn(credentials: SignInRequest): Promise<SignedIn['user']> {
  return ((await post(SIGN_IN, credentials)) as SignedIn).user;
}

/** Ends the session and leaves nothing of it on the page. */
export async function signOut(): Promise<void> {
  await post(SIGN_OUT, {});
  location.assign('/');
}

async function post(endpoint: Endpoint, body: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json', ...WEB_CLIENT };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await fetch(`${AUTH_PREFIX}${endpoint.path}`, init).catch((error: unknown) => {
    throw unreachable(location.origin, error);
  });
  return readAnswer(response, endpoint, location.origin);
}

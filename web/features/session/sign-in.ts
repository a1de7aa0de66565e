import { SignedIn, type SignInRequest } from '../../../shared/contract/sign-in.ts';
import { askAuth } from '../../connection/ask-auth.ts';

/** Begins a session, which a cookie keeps, and tells whose. Throws CrunchError in the server's words. */
export async function signIn(credentials: SignInRequest): Promise<SignedIn['user']> {
  const { user } = await askAuth({ method: 'post', path: '/sign-in/email', response: SignedIn }, credentials);
  return user;
}

/** Ends the session and leaves nothing of it on the page. */
export async function signOut(): Promise<void> {
  await askAuth({ method: 'post', path: '/sign-out' }, {});
  location.assign('/');
}

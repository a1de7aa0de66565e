import type { CrunchClient } from '../../client/index.ts';
import type { Person } from '../../shared/contract/people.ts';
import type { TestApi } from './test-api.ts';
import { openBrowser, type TestBrowser } from './test-browser.ts';

export const PASSWORD = 'violet-harbour-73-lantern';
export const SIGN_IN = '/api/auth/sign-in/email';

/** Accounts and browsers for tests of an API. */
export interface SignInBench {
  admin: CrunchClient;
  /** A new account, each with an address of its own: failures are counted by account. */
  addPerson(role?: Person['role']): Promise<Person>;
  signIn(browser: TestBrowser, email: string, password?: string): ReturnType<TestBrowser['send']>;
  /** A new account and a browser in which it is signed in. */
  signedIn(role?: Person['role']): Promise<{ person: Person; browser: TestBrowser }>;
}

export async function makeSignInBench(api: TestApi): Promise<SignInBench> {
  const admin = await api.signIn();
  let people = 0;
  const bench: SignInBench = {
    admin,
    addPerson(role = 'member') {
      people += 1;
      const email = `ada-${people}@example.org`;
      return admin.createPerson({ body: { email, name: 'Ada', role, password: PASSWORD } });
    },
    signIn: (browser, email, password = PASSWORD) => browser.send('POST', SIGN_IN, { body: { email, password } }),
    async signedIn(role) {
      const [person, browser] = [await bench.addPerson(role), openBrowser(api.url)];
      const { status } = await bench.signIn(browser, person.email);
      if (status !== 200) throw new Error(`signing in ended with ${status}`);
      return { person, browser };
    },
  };
  return bench;
}

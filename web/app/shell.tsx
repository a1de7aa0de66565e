import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Outlet, useRouter } from '@tanstack/react-router';
import { Suspense, useEffect, useRef, useSyncExternalStore } from 'react';
import { callerQuery } from '../connection/caller.ts';
import { liveChanges } from '../connection/live-changes.ts';
import { signInGate } from '../connection/sign-in-gate.ts';
import { signInWish } from '../connection/sign-in-wish.ts';
import { signOut } from '../features/session/sign-in.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { lazyPart } from '../ui/lazy-part.ts';
import { Problem } from '../ui/problem.tsx';
import { cleanAddresses } from './clean-addresses.ts';
import { ConnectionBar } from './connection-bar.tsx';
import { followChanges } from './follow-changes.ts';
import { Rail } from './rail.tsx';
import classes from './shell.module.css';

const SignInPage = lazyPart(() => import('../features/session/sign-in-page.tsx'), 'SignInPage');
const SignInDialog = lazyPart(() => import('../features/session/sign-in-dialog.tsx'), 'SignInDialog');

/**
 * The frame of all pages. Without a session it asks for one: instead of a page, or over the one that is there. Where
 * something is public, visitors see the pages, and sign in when they wish.
 */
export function Shell() {
  const queries = useQueryClient();
  const router = useRouter();
  const main = useRef<HTMLElement>(null);
  const leaving = useMutation({ mutationFn: signOut });
  const { data: caller, error, refetch } = useQuery(callerQuery);
  const isClosed = useSyncExternalStore(signInGate.subscribe, signInGate.isClosed);
  const isWished = useSyncExternalStore(signInWish.subscribe, signInWish.isMade);
  const mayListen = caller !== undefined;
  useEffect(() => (mayListen ? liveChanges.start(followChanges(queries)) : undefined), [mayListen, queries]);
  useEffect(() => cleanAddresses(router), [router]);
  useEffect(
    () =>
      router.subscribe('onResolved', ({ fromLocation, pathChanged }) => {
        // Else the keyboard would go on at a link that is gone, and nobody would read out where it led.
        if (fromLocation && pathChanged) main.current?.focus({ preventScroll: true });
      }),
    [router],
  );

  const enter = (email: string) => {
    if (caller && caller.email !== email) {
      // What waits at the gate was asked by somebody else, and what is on the page was shown to them.
      location.reload();
      return;
    }
    signInGate.open();
    void queries.invalidateQueries();
  };
  if (!caller) {
    if (error instanceof CrunchError && error.code === 'not-signed-in') {
      return (
        <Suspense>
          <SignInPage onDone={enter} />
        </Suspense>
      );
    }
    return error && <Problem title="Can't show the page" error={error} retry={() => void refetch()} />;
  }
  return (
    <div className={classes.shell}>
      <a href="#main" className={classes.skip}>
        Skip to the content
      </a>
      <Rail caller={caller} onLeave={() => leaving.mutate()} />
      <div className={classes.column}>
        <ConnectionBar />
        <main id="main" ref={main} tabIndex={-1} className={classes.main}>
          {leaving.error && <Problem title="You are still signed in" error={leaving.error} />}
          <Outlet />
        </main>
        <footer className={classes.foot}>
          <a href="/docs/">Manual</a>
          <a href="/api/docs">API</a>
        </footer>
      </div>
      <Suspense>
        {isClosed && <SignInDialog email={caller.email} onDone={enter} />}
        {isWished && <SignInDialog onDone={enter} onLeave={signInWish.drop} />}
      </Suspense>
    </div>
  );
}

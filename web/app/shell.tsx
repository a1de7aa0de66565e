import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazyRouteComponent, Outlet } from '@tanstack/react-router';
import { Suspense, useEffect, useSyncExternalStore } from 'react';
import { liveChanges } from '../connection/live-changes.ts';
import { signInGate } from '../connection/sign-in-gate.ts';
import { callerQuery } from '../features/session/queries.ts';
import { ConnectionBar } from './connection-bar.tsx';
import { followChanges } from './follow-changes.ts';
import { Rail } from './rail.tsx';
import classes from './shell.module.css';

const SignInPage = lazyRouteComponent(() => import('../features/session/sign-in-page.tsx'), 'SignInPage');
const SignInAgain = lazyRouteComponent(() => import('../features/session/sign-in-again.tsx'), 'SignInAgain');

/** The frame of all pages. Without a session it asks for one: instead of a page, or over the one that is there. */
export function Shell() {
  const queries = useQueryClient();
  const { data: caller } = useQuery(callerQuery);
  const isClosed = useSyncExternalStore(signInGate.subscribe, signInGate.isClosed);
  const isSignedIn = caller !== undefined;
  useEffect(() => (isSignedIn ? liveChanges.start(followChanges(queries)) : undefined), [isSignedIn, queries]);

  const enter = () => {
    signInGate.open();
    void queries.invalidateQueries();
  };
  if (!caller) return <Suspense>{isClosed && <SignInPage onDone={enter} />}</Suspense>;
  return (
    <div className={classes.shell}>
      <a href="#main" className={classes.skip}>
        Skip to the content
      </a>
      <Rail caller={caller} />
      <div className={classes.column}>
        <ConnectionBar />
        <main id="main" tabIndex={-1} className={classes.main}>
          <Outlet />
        </main>
      </div>
      <Suspense>{isClosed && <SignInAgain email={caller.email} onDone={enter} />}</Suspense>
    </div>
  );
}

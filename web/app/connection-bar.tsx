import { useSyncExternalStore } from 'react';
import { liveChanges } from '../connection/live-changes.ts';
import { Ago } from '../ui/ago.tsx';
import classes from './connection-bar.module.css';

/** Says since when the page may be out of date; nothing while news come. */
export function ConnectionBar() {
  const { lostAt } = useSyncExternalStore(liveChanges.subscribe, liveChanges.current);
  return (
    <div role="status">
      {lostAt !== undefined && (
        <p className={classes.bar}>
          The connection is lost; the last news came <Ago at={new Date(lostAt).toISOString()} />. Trying again.
        </p>
      )}
    </div>
  );
}

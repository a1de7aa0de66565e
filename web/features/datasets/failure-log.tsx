import { findFailingLine } from './failure-note.ts';
import classes from './failure-log.module.css';

/** The last lines of a stage's log, the one that tells most about the failure marked. */
export function FailureLog({ log }: { log: readonly string[] }) {
  if (log.length === 0) return null;
  const failing = findFailingLine(log);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- so that a keyboard can scroll it
    <div className={classes.log} role="region" aria-label="The last lines of the log" tabIndex={0}>
      {log.map((line, number) => (
        <div key={number} className={number === failing ? classes.failing : undefined}>
          {number === failing ? <mark>{line}</mark> : line || ' '}
        </div>
      ))}
    </div>
  );
}

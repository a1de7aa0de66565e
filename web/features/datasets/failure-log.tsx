import { findFailingLine } from './failure-note.ts';
import classes from './failure-log.module.css';

/** The last lines of a stage's log, the one that tells most about the failure marked. */
export function FailureLog({ log }: { log: readonly string[] }) {
  if (log.length === 0) return null;
  const failing = findFailingLine(log);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- so that a keyboard can scroll it
    <div className={classes.log} role="group" aria-label="The last lines of the log" tabIndex={0}>
      {log.map((line, number) => (
        <div key={number} {...(number === failing ? { className: classes.failing, ref: showInBox } : {})}>
          {number === failing ? <mark>{line}</mark> : line || ' '}
        </div>
      ))}
    </div>
  );
}

/** Scrolls the box, and not the page, so far that the line is in its middle; once, so that readers keep their place. */
function showInBox(line: HTMLElement | null): void {
  const box = line?.parentElement;
  if (line && box) box.scrollTop = line.offsetTop - (box.clientHeight - line.offsetHeight) / 2;
}

import { useState } from 'react';
import { FailureLog } from './failure-log.tsx';
import { readFailureNote } from './failure-note.ts';
import classes from './status-note.module.css';

/** What was noted of a status: a sentence, and behind it the end of the log where there is one. */
export function StatusNote({ note }: { note: string }) {
  const [isOpen, setOpen] = useState(false);
  const { message, log } = readFailureNote(note);
  if (log.length === 0) return message || null;
  return (
    <details className={classes.note} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{message}</summary>
      {isOpen && <FailureLog log={log} />}
    </details>
  );
}

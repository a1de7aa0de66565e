import type { ReactNode } from 'react';
import { CopyCommand } from './copy-command.tsx';
import classes from './empty.module.css';

/** What stands where a list has nothing: a sentence, and the command that fills it. */
export function Empty({ children, command }: { children: ReactNode; command?: string }) {
  return (
    <div className={classes.empty}>
      <p>{children}</p>
      {command !== undefined && <CopyCommand command={command} />}
    </div>
  );
}

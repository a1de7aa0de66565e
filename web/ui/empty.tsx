import type { ReactNode } from 'react';
import { CopyCommand } from './copy-command.tsx';
import classes from './empty.module.css';

interface EmptyProps {
  children: ReactNode;
  /** What fills it, for those who may do so. */
  command?: string | false;
  /** A button that fills it. */
  action?: ReactNode;
}

/** What stands where a list has nothing: a sentence, and the command or button that fills it. */
export function Empty({ children, command, action }: EmptyProps) {
  return (
    <div className={classes.empty}>
      <p>{children}</p>
      {command && <CopyCommand command={command} />}
      {action}
    </div>
  );
}

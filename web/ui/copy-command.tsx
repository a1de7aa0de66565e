import { ActionIcon } from '@mantine/core';
import classes from './copy-command.module.css';
import { Icon } from './icon.tsx';
import { useCopy } from './use-copy.ts';

/** A command to type, with a button that copies it; `what` names a text that is no command, such as a secret. */
export function CopyCommand({ command, what = command }: { command: string; what?: string }) {
  const { ref, said, copy } = useCopy<HTMLElement>(command);
  return (
    <span className={classes.line}>
      <code ref={ref}>{command}</code>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Copy ${what}`} onClick={copy}>
        <Icon name="copy" />
      </ActionIcon>
      <span role="status" className={classes.said}>
        {said}
      </span>
    </span>
  );
}

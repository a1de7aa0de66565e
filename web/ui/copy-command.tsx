import { ActionIcon } from '@mantine/core';
import { useRef, useState } from 'react';
import classes from './copy-command.module.css';
import { Icon } from './icon.tsx';

/** A command to type, with a button that copies it. */
export function CopyCommand({ command }: { command: string }) {
  const text = useRef<HTMLElement>(null);
  const [said, setSaid] = useState('');

  async function copy() {
    if (text.current) getSelection()?.selectAllChildren(text.current);
    try {
      await navigator.clipboard.writeText(command);
      setSaid('Copied');
    } catch {
      // Over plain HTTP browsers give no clipboard; the text is selected.
      setSaid('Press Ctrl+C');
    }
  }

  return (
    <span className={classes.line}>
      <code ref={text}>{command}</code>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Copy ${command}`} onClick={() => void copy()}>
        <Icon name="copy" />
      </ActionIcon>
      <span role="status" className={classes.said}>
        {said}
      </span>
    </span>
  );
}

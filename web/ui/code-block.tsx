import { Button } from '@mantine/core';
import classes from './code-block.module.css';
import { Icon } from './icon.tsx';
import { useCopy } from './use-copy.ts';

/** A text of code as it stands, with a button that copies it. */
export function CodeBlock({ label, text }: { label: string; text: string }) {
  const { ref, said, copy } = useCopy<HTMLPreElement>(text);
  return (
    <div className={classes.block}>
      <div className={classes.head}>
        <span>{label}</span>
        <span role="status">{said}</span>
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<Icon name="copy" />}
          aria-label={`Copy ${label}`}
          onClick={copy}
        >
          Copy
        </Button>
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- so that a keyboard can scroll it */}
      <pre ref={ref} role="group" aria-label={label} tabIndex={0}>
        {text}
      </pre>
    </div>
  );
}

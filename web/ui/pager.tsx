import { Button, Group } from '@mantine/core';

interface PagerProps {
  /** The cursors of the pages from the second to the one shown. */
  trail: readonly string[];
  next: string | null;
  onMove: (trail: string[]) => void;
}

/** Forward and back through a long list. The trail stands in the address, so that a page can be sent to others. */
export function Pager({ trail, next, onMove }: PagerProps) {
  if (trail.length === 0 && next === null) return null;
  return (
    <Group component="nav" aria-label="Pages" gap="xs" mt="sm">
      <Button size="xs" variant="default" disabled={trail.length === 0} onClick={() => onMove(trail.slice(0, -1))}>
        Previous
      </Button>
      <span>Page {trail.length + 1}</span>
      <Button
        size="xs"
        variant="default"
        disabled={next === null}
        onClick={() => next !== null && onMove([...trail, next])}
      >
        Next
      </Button>
    </Group>
  );
}

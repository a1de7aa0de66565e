import { Skeleton } from '@mantine/core';
import { useEffect, useState } from 'react';
import classes from './loading.module.css';

const PATIENCE_MS = 300;

/** Lines where text will be; nothing at all for those who wait less than a blink. */
export function Loading({ lines = 4 }: { lines?: number }) {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!isLate) return null;
  return (
    <div role="status" aria-label="Loading" className={classes.lines}>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={20} />
      ))}
    </div>
  );
}

import type { ReactNode } from 'react';
import type { DatasetState } from '../../shared/domain/dataset-state.ts';
import classes from './state-mark.module.css';

const SHAPES: Record<DatasetState, ReactNode> = {
  draft: <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="2" />,
  queued: (
    <>
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="2" />
      <path d="M8 8V2a6 6 0 0 1 6 6z" fill="currentColor" />
    </>
  ),
  running: <path d="M4 2.5v11l9.5-5.5z" fill="currentColor" />,
  paused: <path d="M4 3h3v10H4zM9.5 3h3v10h-3z" fill="currentColor" />,
  completed: <path d="M2.5 8.5l3.5 4 7.5-9" fill="none" stroke="currentColor" strokeWidth="2.5" />,
  failed: <path d="M3.5 3.5l9 9m0-9l-9 9" fill="none" stroke="currentColor" strokeWidth="2.5" />,
  cancelled: (
    <>
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="2" />
      <path d="M4 12l8-8" fill="none" stroke="currentColor" strokeWidth="2" />
    </>
  ),
};

/** A state as colour, icon and word; `children` instead of the state's own word where another says more. */
export function StateMark({ state, children }: { state: DatasetState; children?: ReactNode }) {
  return (
    <span className={`${classes.mark} ${classes[state]}`}>
      <svg className={classes.icon} viewBox="0 0 16 16" aria-hidden="true">
        {SHAPES[state]}
      </svg>
      <span className={classes.word}>{children ?? state}</span>
    </span>
  );
}

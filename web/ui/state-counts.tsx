import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { DATASET_STATES, type DatasetState } from '../../shared/domain/dataset-state.ts';
import classes from './state-counts.module.css';
import { StateMark } from './state-mark.tsx';

export type StateCounts = Record<DatasetState, number>;

interface StateCountsProps {
  counts: StateCounts;
  /** The project whose datasets are counted; without one, those of all. */
  project?: string;
}

/** Datasets by state as a bar, always in one order. Each segment shows only those; its width is their share. */
export function StateBar({ counts, project }: StateCountsProps) {
  const total = totalOf(counts);
  return (
    <span className={classes.bar}>
      {presentStates(counts).map((state) => (
        <Link
          key={state}
          {...filterLink(project, state)}
          // The counts in words beside it are for the keyboard.
          tabIndex={-1}
          className={`${classes.segment} ${classes[state]}`}
          style={{ flexGrow: counts[state] / total }}
          title={`${counts[state]} ${state}`}
          aria-label={`${counts[state]} ${state}`}
        />
      ))}
    </span>
  );
}

/** The same counts in words: `3 failed`, each a link to those; that of the one shown leads back to all. */
export function StateCountLinks({ counts, project, current }: StateCountsProps & { current?: DatasetState }) {
  return (
    <span className={classes.counts}>
      {presentStates(counts).map((state) => (
        <StateLink key={state} {...{ state, project, current }}>
          {counts[state].toLocaleString()} {state}
        </StateLink>
      ))}
    </span>
  );
}

/** Every state as a link to the datasets of all projects that are in it. */
export function StateFilter({ current }: { current: DatasetState | undefined }) {
  return (
    <nav aria-label="States" className={classes.counts}>
      {DATASET_STATES.map((state) => (
        <StateLink key={state} {...{ state, current }} />
      ))}
    </nav>
  );
}

interface StateLinkProps {
  state: DatasetState;
  project?: string;
  current?: DatasetState;
  children?: ReactNode;
}

function StateLink({ state, project, current, children }: StateLinkProps) {
  const isCurrent = state === current;
  return (
    <Link
      {...filterLink(project, isCurrent ? undefined : state)}
      className={classes.count}
      aria-current={isCurrent ? 'true' : undefined}
    >
      <StateMark state={state}>{children}</StateMark>
    </Link>
  );
}

export function totalOf(counts: StateCounts): number {
  return DATASET_STATES.reduce((sum, state) => sum + counts[state], 0);
}

function presentStates(counts: StateCounts): DatasetState[] {
  return DATASET_STATES.filter((state) => counts[state] > 0);
}

/** A search that is on goes on; another page of a list means nothing in a shorter one. */
function filterLink(project: string | undefined, state: DatasetState | undefined) {
  const search = ({ search: words }: { search?: string }) => ({ search: words, state });
  return project === undefined
    ? ({ to: '/datasets', search } as const)
    : ({ to: '/projects/$slug', params: { slug: project }, search } as const);
}

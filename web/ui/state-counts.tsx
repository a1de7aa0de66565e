import { Link } from '@tanstack/react-router';
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

/** The same counts in words: `3 failed`, each a link to those. */
export function StateCountLinks({ counts, project, current }: StateCountsProps & { current?: DatasetState }) {
  return (
    <span className={classes.counts}>
      {presentStates(counts).map((state) => (
        <Link
          key={state}
          {...filterLink(project, state === current ? undefined : state)}
          className={classes.count}
          aria-current={state === current ? 'true' : undefined}
        >
          <StateMark state={state}>
            {counts[state].toLocaleString()} {state}
          </StateMark>
        </Link>
      ))}
    </span>
  );
}

export function totalOf(counts: StateCounts): number {
  return DATASET_STATES.reduce((sum, state) => sum + counts[state], 0);
}

function presentStates(counts: StateCounts): DatasetState[] {
  return DATASET_STATES.filter((state) => counts[state] > 0);
}

function filterLink(project: string | undefined, state: DatasetState | undefined) {
  return project === undefined
    ? ({ to: '/datasets', search: { state } } as const)
    : ({ to: '/projects/$slug', params: { slug: project }, search: { state } } as const);
}

import { Link } from '@tanstack/react-router';
import { DATASET_STATES, type DatasetState } from '../../shared/domain/dataset-state.ts';
import classes from './state-counts.module.css';
import { StateMark } from './state-mark.tsx';

/** Every state as a link to the datasets in it; that of the one shown leads back to all. */
export function StateFilter({ current }: { current: DatasetState | undefined }) {
  return (
    <nav aria-label="States" className={classes.counts}>
      {DATASET_STATES.map((state) => (
        <Link
          key={state}
          to="/datasets"
          search={(before) => ({ ...before, state: state === current ? undefined : state, trail: undefined })}
          className={classes.count}
          aria-current={state === current ? 'true' : undefined}
        >
          <StateMark state={state} />
        </Link>
      ))}
    </nav>
  );
}

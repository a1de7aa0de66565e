import type { DatasetDetail, Status } from '../../../shared/contract/datasets.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { useNow } from '../../ui/use-now.ts';
import classes from './dataset-headline.module.css';
import { FailureLog } from './failure-log.tsx';
import { describeDataset } from './headline.ts';

interface DatasetHeadlineProps {
  dataset: DatasetDetail;
  statuses: readonly Status[];
}

/** The state of a dataset in a sentence, why, and what would change it. */
export function DatasetHeadline({ dataset, statuses }: DatasetHeadlineProps) {
  const { sentence, command, log } = describeDataset(dataset, statuses, useNow());
  return (
    <div className={`${classes.headline} ${classes[dataset.state]}`}>
      <p className={classes.sentence}>{sentence}</p>
      {command !== undefined && <CopyCommand command={command} />}
      <FailureLog log={log} />
    </div>
  );
}

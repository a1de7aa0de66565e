import { InvalidArgumentError, type Command } from 'commander';
import { DATASET_STATES, type DatasetState } from '../../shared/domain/dataset-state.ts';
import { collect } from './collect.ts';

/** The options by which datasets are picked. */
export interface FilterOptions {
  project?: string[];
  state?: DatasetState[];
  filter?: string;
}

/** Adds `--project` and `--state`, both repeatable, and `--filter`, which may say anything that can be asked. */
export function addFilterOptions(command: Command): Command {
  return command
    .option('--project <slug>', 'only datasets of this project (repeatable)', collect)
    .option('--state <state>', `only datasets in this state: ${DATASET_STATES.join(', ')} (repeatable)`, collectState)
    .option('--filter <filter>', 'only datasets of which this is true, such as "attr.depth > 10 and updated < -7d"');
}

function collectState(value: string, before: DatasetState[] = []): DatasetState[] {
  const state = DATASET_STATES.find((it) => it === value);
  if (state === undefined) throw new InvalidArgumentError(`Give one of ${DATASET_STATES.join(', ')}.`);
  return [...before, state];
}

import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { DatasetDetail } from '../../../shared/contract/datasets.ts';
import {
  ACTION_STATES,
  DATASET_ACTIONS,
  type DatasetAction,
  type DatasetState,
} from '../../../shared/domain/dataset-state.ts';
import { mayDo } from '../../connection/may-do.ts';
import { Problem } from '../../ui/problem.tsx';
import { ReasonForm } from '../../ui/reason-form.tsx';
import { ACTION_OPERATIONS, actOnDataset } from './act-on-dataset.ts';
import { datasetKeys } from './queries.ts';

const WORDS: Record<DatasetAction, string> = { queue: 'Queue', retry: 'Retry from start', cancel: 'Cancel' };

/** What can be done with one dataset as it is; give it the state as its key, so that each state begins anew. */
export function DatasetActions({ slug, state, may }: Pick<DatasetDetail, 'slug' | 'state' | 'may'>) {
  const queries = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const action = useMutation({
    mutationFn: ({ name, why }: { name: DatasetAction; why?: string }) => actOnDataset(name, slug, why),
    onMutate: () => setAsking(false),
    onSettled: () => queries.invalidateQueries({ queryKey: datasetKeys.one(slug) }),
  });
  const offered = DATASET_ACTIONS.filter(
    (name) => ACTION_STATES[name].includes(state) && mayDo(may, ACTION_OPERATIONS[name]),
  );
  const isDone = (name: DatasetAction) => action.isSuccess && action.variables.name === name;
  return (
    <>
      {offered.map((name) => (
        <Button
          key={name}
          variant={isMain(name, state) ? 'filled' : 'default'}
          loading={action.isPending}
          disabled={isDone(name)}
          onClick={() => (name === 'cancel' ? setAsking(!isAsking) : action.mutate({ name }))}
        >
          {/* A running program is given a few seconds to end. */}
          {name === 'cancel' && isDone(name) ? 'Cancelling…' : WORDS[name]}
        </Button>
      ))}
      {isAsking && (
        <ReasonForm
          verb="Cancel"
          isBusy={action.isPending}
          onConfirm={(why) => action.mutate({ name: 'cancel', why })}
        />
      )}
      {action.error && <Problem title={`${slug} was left as it is`} error={action.error} />}
    </>
  );
}

/** Those whose dataset is completed come for the results. */
function isMain(action: DatasetAction, state: DatasetState): boolean {
  return action !== 'cancel' && state !== 'completed';
}

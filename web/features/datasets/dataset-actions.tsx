import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ActionResult, DatasetDetail } from '../../../shared/contract/datasets.ts';
import {
  ACTION_STATES,
  DATASET_ACTIONS,
  type DatasetAction,
  type DatasetState,
} from '../../../shared/domain/dataset-state.ts';
import { crunch } from '../../connection/crunch.ts';
import { Problem } from '../../ui/problem.tsx';
import { datasetKeys } from './queries.ts';

const WORDS: Record<DatasetAction, string> = { queue: 'Queue', retry: 'Retry from start', cancel: 'Cancel' };

/** What can be done with one dataset as it is; give it the state as its key, so that each state begins anew. */
export function DatasetActions({ slug, state }: Pick<DatasetDetail, 'slug' | 'state'>) {
  const queries = useQueryClient();
  const action = useMutation({
    mutationFn: (name: DatasetAction) => act(name, slug),
    onSettled: () => queries.invalidateQueries({ queryKey: datasetKeys.one(slug) }),
  });
  const isDone = (name: DatasetAction) => action.isSuccess && action.variables === name;
  return (
    <>
      {DATASET_ACTIONS.filter((name) => ACTION_STATES[name].includes(state)).map((name) => (
        <Button
          key={name}
          variant={isMain(name, state) ? 'filled' : 'default'}
          loading={action.isPending}
          disabled={isDone(name)}
          onClick={() => action.mutate(name)}
        >
          {/* A running program is given a few seconds to end. */}
          {name === 'cancel' && isDone(name) ? 'Cancelling…' : WORDS[name]}
        </Button>
      ))}
      {action.error && <Problem title={`${slug} was left as it is`} error={action.error} />}
    </>
  );
}

/** Those whose dataset is completed come for the results. */
function isMain(action: DatasetAction, state: DatasetState): boolean {
  return action !== 'cancel' && state !== 'completed';
}

async function act(action: DatasetAction, slug: string): Promise<void> {
  const { refused } = await send(action, slug);
  if (refused[0]) throw new Error(refused[0].reason);
}

function send(action: DatasetAction, slug: string): Promise<ActionResult> {
  const body = { datasets: [slug] };
  switch (action) {
    case 'queue':
      return crunch.queueDatasets({ body });
    case 'retry':
      return crunch.retryDatasets({ body });
    case 'cancel':
      return crunch.cancelDatasets({ body });
  }
}

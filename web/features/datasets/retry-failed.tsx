import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { crunch } from '../../connection/crunch.ts';
import { Problem } from '../../ui/problem.tsx';
import { datasetKeys } from './queries.ts';

/** Runs all failed datasets of a project again. */
export function RetryFailed({ project, count }: { project: string; count: number }) {
  const queries = useQueryClient();
  const retry = useMutation({
    mutationFn: () => crunch.retryDatasets({ body: { projects: [project], states: ['failed'] } }),
    onSettled: () => queries.invalidateQueries({ queryKey: datasetKeys.lists }),
  });
  if (count === 0) return null;
  return (
    <>
      <Button variant="default" loading={retry.isPending} onClick={() => retry.mutate()}>
        Retry {count.toLocaleString()} failed
      </Button>
      {retry.error && <Problem title="They were left as they are" error={retry.error} />}
    </>
  );
}

import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Project } from '../../../shared/contract/projects.ts';
import { crunch } from '../../connection/crunch.ts';
import { mayDo } from '../../connection/may-do.ts';
import { Problem } from '../../ui/problem.tsx';
import { datasetKeys } from './queries.ts';

/** Runs all failed datasets of a project again: a button for its page's head, and below that why it was refused. */
export function useRetryFailed(slug: string, project: Pick<Project, 'may' | 'datasets'> | undefined) {
  const queries = useQueryClient();
  const retry = useMutation({
    mutationFn: () => crunch.retryDatasets({ body: { projects: [slug], states: ['failed'] } }),
    onSettled: () => queries.invalidateQueries({ queryKey: datasetKeys.lists }),
  });
  const count = project && mayDo(project.may, 'retryDatasets') ? project.datasets.failed : 0;
  return {
    button: count > 0 && (
      <Button variant="default" loading={retry.isPending} onClick={() => retry.mutate()}>
        Retry {count.toLocaleString()} failed
      </Button>
    ),
    refusal: retry.error && <Problem title="They were left as they are" error={retry.error} />,
  };
}

import { NativeSelect } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { DatasetDetail } from '../../shared/contract/datasets.ts';
import type { LoggedRun } from '../../shared/contract/logs.ts';
import { datasetQuery } from '../features/datasets/queries.ts';
import { LogView } from '../features/logs/log-view.tsx';
import { projectQuery } from '../features/projects/queries.ts';
import { Section } from '../ui/section.tsx';

/** What the runs of a dataset printed, where whoever looks may read it. */
export function DatasetLog({ dataset: { slug, project, run: last, may } }: { dataset: DatasetDetail }) {
  const isMember = may.includes('view');
  const isOpen = useQuery({ ...projectQuery(project), enabled: !isMember }).data?.publicLogs === true;
  const [chosen, setChosen] = useState<number>();
  const client = useQueryClient();
  const showTransfer = useCallback(
    ({ id, transfer }: LoggedRun) =>
      void client.setQueryData(datasetQuery(slug).queryKey, (dataset) =>
        dataset?.run?.id === id ? { ...dataset, run: { ...dataset.run, transfer } } : dataset,
      ),
    [client, slug],
  );
  if (last === null || !(isMember || isOpen)) return null;
  const run = chosen ?? last.number;
  const numbers = Array.from({ length: last.number }, (_, index) => last.number - index);
  return (
    <Section
      title="Log"
      aside={
        numbers.length > 1 && (
          <NativeSelect
            aria-label="Run"
            value={run}
            onChange={({ currentTarget: { value } }) =>
              setChosen(value === String(last.number) ? undefined : Number(value))
            }
            data={numbers.map((number) => ({ value: String(number), label: `Run ${number}` }))}
          />
        )
      }
    >
      <LogView key={`${slug} ${run}`} log={{ slug, run }} onNews={showTransfer} />
    </Section>
  );
}

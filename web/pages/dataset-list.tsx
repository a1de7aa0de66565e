import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { DatasetState } from '../../shared/domain/dataset-state.ts';
import { DatasetSearch } from '../features/datasets/dataset-search.tsx';
import { DatasetTable } from '../features/datasets/dataset-table.tsx';
import { datasetsQuery } from '../features/datasets/queries.ts';
import { Answer } from '../ui/answer.tsx';
import { Empty } from '../ui/empty.tsx';
import { Pager } from '../ui/pager.tsx';
import { Section } from '../ui/section.tsx';

/** What narrows a list of datasets, as it stands in the address. */
export interface ListSearch {
  state?: DatasetState;
  search?: string;
  trail?: string[];
}

interface DatasetListProps {
  /** Whether the page is called so already. */
  isTitled?: boolean;
  /** Only this project's. */
  project?: string;
  search: ListSearch;
  onSearch: (change: ListSearch) => void;
  /** What adds datasets to a list that has none, for those who may do so. */
  command: string | false;
}

/** Datasets, page by page, filtered by the server. */
export function DatasetList({ isTitled, project, search, onSearch, command }: DatasetListProps) {
  const { state, search: text = '', trail = [] } = search;
  const datasets = useQuery(datasetsQuery({ project, state, search: text, cursor: trail.at(-1) }));
  const isNarrowed = state !== undefined || text !== '';
  return (
    <Section
      title={state === undefined ? 'Datasets' : `Datasets: ${state}`}
      isTitleHidden={isTitled}
      aside={
        <>
          {isNarrowed && (
            <Button
              size="xs"
              variant="subtle"
              onClick={() => onSearch({ state: undefined, search: undefined, trail: undefined })}
            >
              Show all
            </Button>
          )}
          <DatasetSearch
            search={text}
            onSearch={(words) => onSearch({ search: words || undefined, trail: undefined })}
          />
        </>
      }
    >
      <Answer query={datasets} what="the datasets" lines={8}>
        {({ items, next }) => {
          if (items.length === 0) {
            return isNarrowed || trail.length > 0 ? (
              <Empty>No dataset is like that.</Empty>
            ) : (
              <Empty command={command}>There is no dataset yet.</Empty>
            );
          }
          return (
            <>
              <DatasetTable datasets={items} withProject={project === undefined} />
              <Pager trail={trail} next={next} onMove={(to) => onSearch({ trail: to.length > 0 ? to : undefined })} />
            </>
          );
        }}
      </Answer>
    </Section>
  );
}

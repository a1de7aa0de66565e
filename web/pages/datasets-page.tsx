import { getRouteApi } from '@tanstack/react-router';
import { useCaller } from '../connection/use-caller.ts';
import { Page } from '../ui/page.tsx';
import { StateFilter } from '../ui/state-counts.tsx';
import { DatasetList } from './dataset-list.tsx';

const route = getRouteApi('/datasets');

/** Which datasets are like this, in all projects? */
export function DatasetsPage() {
  const search = route.useSearch();
  const caller = useCaller();
  const navigate = route.useNavigate();
  return (
    <Page title={search.state === undefined ? 'All datasets' : `All datasets: ${search.state}`}>
      <StateFilter current={search.state} />
      <DatasetList
        isTitled
        search={search}
        onSearch={(change) =>
          void navigate({ search: (before) => ({ ...before, ...change }), replace: 'search' in change })
        }
        command={caller?.kind !== 'visitor' && 'crunch add-dataset PROJECT NAME --files FOLDER'}
      />
    </Page>
  );
}

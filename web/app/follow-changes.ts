import type { QueryClient, QueryKey } from '@tanstack/react-query';
import { projectSlugOf } from '../../shared/domain/slug.ts';
import type { Change } from '../../shared/contract/events.ts';

/** News that come together are one reason to ask again. */
const GATHER_MS = 300;

/** Asks again for what is on the page when the server says that it changed. */
export function followChanges(queries: QueryClient) {
  let changes: Change[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    const gathered = changes;
    timer = undefined;
    changes = [];
    const predicate = ({ queryKey }: { queryKey: QueryKey }) => gathered.some((change) => touches(change, queryKey));
    void queries.invalidateQueries({ predicate });
  };
  return {
    onChange(change: Change) {
      changes.push(change);
      timer ??= setTimeout(flush, GATHER_MS);
    },
    onReconnect: () => void queries.invalidateQueries(),
  };
}

/** Whether a change makes the answer to a query out of date; features name the kind of what they ask for first. */
function touches({ dataset, project, host }: Change, [kind, slug]: QueryKey): boolean {
  const isOfDatasets = dataset !== undefined || project !== undefined;
  if (!isOfDatasets && host === undefined) return true;
  switch (kind) {
    case 'hosts':
      // Hosts show which datasets they hold.
      return true;
    case 'projects':
    case 'datasets':
      return isOfDatasets;
    case 'project':
      return slug === (project ?? projectSlugOf(dataset ?? ''));
    case 'dataset':
      return dataset === undefined ? projectSlugOf(String(slug)) === project : slug === dataset;
    default:
      return false;
  }
}

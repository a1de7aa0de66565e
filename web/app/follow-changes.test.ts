import { QueryClient } from '@tanstack/react-query';
import { followChanges } from './follow-changes.ts';

const KEYS = [
  ['projects', 'page 1'],
  ['project', 'penguins'],
  ['project', 'earthquakes'],
  ['datasets', 'page 1'],
  ['dataset', 'penguins:dream', 'files'],
  ['dataset', 'penguins:biscoe'],
  ['dataset', 'earthquakes:january'],
  ['hosts', 'page 1'],
];

/** The queries, of those above, that are asked again after a change. */
async function outdatedBy(change: Parameters<ReturnType<typeof followChanges>['onChange']>[0]) {
  const queries = new QueryClient();
  for (const key of KEYS) queries.setQueryData(key, 'known');
  const told = new Promise<void>((resolve) => {
    queries.getQueryCache().subscribe(({ query }) => {
      if (query.state.isInvalidated) setImmediate(resolve);
    });
  });
  followChanges(queries).onChange(change);
  await told;
  return KEYS.filter((key) => queries.getQueryState(key)?.isInvalidated).map((key) => key.slice(0, 2).join(' '));
}

test('a dataset’s news make it, the lists and the counts out of date', async () => {
  const outdated = await outdatedBy({ dataset: 'penguins:dream' });
  expect(outdated).toEqual([
    'projects page 1',
    'project penguins',
    'datasets page 1',
    'dataset penguins:dream',
    'hosts page 1',
  ]);
});

test('a project’s news are of all that lies below it', async () => {
  await expect(outdatedBy({ project: 'earthquakes' })).resolves.toEqual([
    'projects page 1',
    'project earthquakes',
    'datasets page 1',
    'dataset earthquakes:january',
    'hosts page 1',
  ]);
});

test('a host’s news are of hosts only', async () => {
  await expect(outdatedBy({ host: 'm3' })).resolves.toEqual(['hosts page 1']);
});

test('news of nothing are news of everything', async () => {
  await expect(outdatedBy({})).resolves.toHaveLength(KEYS.length);
});

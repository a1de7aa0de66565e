import { FULL_ACCESS } from '../../catalog/access.ts';
import { countDatasets } from '../../catalog/count-datasets.ts';
import { changeDataset } from '../../catalog/datasets.ts';
import { listDatasets, type DatasetQuery } from '../../catalog/list-datasets.ts';
import { moveItem } from '../../catalog/move-item.ts';
import type { Catalog } from '../../catalog/open-catalog.ts';
import { changeProject, getProject } from '../../catalog/projects.ts';
import { parseFilter } from '../../shared/domain/filter/parse-filter.ts';
import { useCatalog } from '../helpers/use-catalog.ts';
import { addDataset, addProject, TESTER } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

await describeWith('postgres', 'lists and counts of what is archived', ({ url }) => {
  let catalog: Catalog;

  useCatalog(url, (opened) => {
    catalog = opened;
  });

  beforeEach(async () => {
    await addProject(catalog, { name: 'p' });
    await addProject(catalog, { name: 'q' });
  });

  const list = (query: Partial<DatasetQuery>) =>
    listDatasets(catalog, { access: FULL_ACCESS, columns: [], limit: 100, ...query });

  test('leave it out unless it is asked for, and have what moves where it is', async () => {
    for (const name of ['a', 'b', 'c']) await addDataset(catalog, 'p', name);
    await addDataset(catalog, 'q', 'd');
    const archive = { actor: TESTER };
    const look = async (archived: boolean) => {
      const scope = { access: FULL_ACCESS, archived };
      const listed = (await list({ archived })).items.map(({ slug }) => slug);
      expect((await list({ archived, filter: parseFilter('runs >= 0') })).items.map(({ slug }) => slug)).toEqual(
        listed,
      );
      const tallied = await countDatasets(catalog, { by: 'project', ...scope });
      // Of the row of each dataset, this is true.
      expect(await countDatasets(catalog, { by: 'project', filter: parseFilter('runs >= 0'), ...scope })).toEqual(
        tallied,
      );
      return [listed.join(' '), tallied.map(({ value, count }) => `${value} ${count}`).join(' ')];
    };
    await changeDataset(catalog, 'p:a', { archived: true }, archive);
    expect(await look(false)).toEqual(['p:b p:c q:d', 'p 2 q 1']);
    expect(await look(true)).toEqual(['p:a p:b p:c q:d', 'p 3 q 1']);
    expect(await getProject(catalog, 'p')).toMatchObject({ datasets: { draft: 2 } });
    await moveItem(catalog, 'p:b', { parent: 'q' }, archive);
    expect(await look(false)).toEqual(['q:b p:c q:d', 'p 1 q 2']);
    await changeProject(catalog, 'q', { archived: true }, archive);
    expect(await look(false)).toEqual(['p:c', 'p 1']);
    expect(await look(true)).toEqual(['p:a q:b p:c q:d', 'p 2 q 2']);
    await changeDataset(catalog, 'p:a', { archived: false }, archive);
    expect(await look(false)).toEqual(['p:a p:c', 'p 2']);
  });
});

import { measureLatency } from './measure-latency.mjs';
import { PROJECT } from './fill-catalog.mjs';

const PAGE_SIZE = 100;
const COLUMNS = ['depth', 'salinity', 'temperature', 'site', 'sampled'];

/** The same answer as the API's by one bare query: the peer. `sorted` are tables and conditions with `value` in order. */
const bareList = (sorted, value) => `
  SELECT
    dataset.*, item.*,
    (SELECT json_agg(attribute) FROM attribute WHERE item_id = item.id AND attribute.key = ANY ($4)) AS attributes,
    (SELECT row_to_json(status) FROM status WHERE dataset_id = item.id ORDER BY status.id DESC LIMIT 1) AS status
  FROM ${sorted} AND (${value}) > ($2, $3)
  ORDER BY ${value} LIMIT ${PAGE_SIZE}`;

const LISTS = [
  {
    name: 'filtered and sorted by an attribute',
    query: { filter: 'attr.depth > 10', sort: 'attr.depth' },
    bare: bareList(
      `attribute AS sorted
       JOIN dataset ON dataset.item_id = sorted.item_id AND dataset.project_id = $1
       JOIN item ON item.id = dataset.item_id
       WHERE sorted.key = 'depth' AND sorted.number > 10`,
      'sorted.number, sorted.item_id',
    ),
    before: 0,
    valueOf: ({ attributes }) => attributes.find(({ key }) => key === 'depth').value,
  },
  {
    name: 'sorted by name',
    query: { sort: 'name' },
    bare: bareList(
      `item JOIN dataset ON dataset.item_id = item.id WHERE item.kind = 'dataset' AND item.parent_id = $1`,
      'item.name, item.id',
    ),
    before: '',
    valueOf: ({ name }) => name,
  },
];

const BARE_COUNTS = `SELECT state, count(*) FROM dataset WHERE project_id = $1 GROUP BY state`;

/** Lists and counts over HTTP, each asked so many times, beside bare SQL: rows of the table. */
export async function measureLists(client, api, { datasets, rounds }) {
  const { rows: projects } = await client.query(`SELECT id FROM item WHERE slug = $1`, [PROJECT]);
  const projectId = projects[0].id;
  const rows = [];
  for (const list of LISTS) {
    const query = { project: PROJECT, ...list.query, columns: COLUMNS.map((key) => `attr.${key}`).join() };
    for (const [page, cursor] of await findPages(api, query)) {
      const place = await findPlace(api, { ...query, cursor }, list);
      rows.push({
        name: `list, ${list.name}, ${page} page`,
        targetMs: 50,
        times: await measureLatency(() => api.listDatasets({ query: { ...query, cursor, limit: PAGE_SIZE } }), rounds),
        peer: await measureLatency(() => client.query(list.bare, [projectId, ...place, COLUMNS]), rounds),
      });
    }
  }
  const counts = [
    ['counts by state', () => api.countDatasets({ query: { project: PROJECT } })],
    ['projects with their counts', () => api.listProjects()],
  ];
  for (const [name, call] of counts) {
    const peer = await measureLatency(() => client.query(BARE_COUNTS, [projectId]), rounds);
    rows.push({ name, targetMs: 20, times: await measureLatency(call, rounds), peer });
  }
  const { total } = await api.countDatasets({ query: { project: PROJECT } });
  if (total !== datasets) throw new Error(`${total} datasets are counted, not ${datasets}`);
  return rows;
}

/** The cursors of the first, the middle and the last page. */
async function findPages(api, query) {
  const cursors = [undefined];
  for (;;) {
    const { next } = await api.listDatasets({ query: { ...query, cursor: cursors.at(-1), limit: 1000 } });
    if (next === null) break;
    cursors.push(next);
  }
  return [
    ['first', cursors[0]],
    ['middle', cursors[Math.floor(cursors.length / 2)]],
    ['last', cursors.at(-1)],
  ];
}

/** The value and id after which the page with that cursor begins. */
async function findPlace(api, query, { before, valueOf }) {
  if (query.cursor === undefined) return [before, 0];
  const { items } = await api.listDatasets({ query: { ...query, limit: 1 } });
  return [valueOf(items[0]), items[0].id - 1];
}

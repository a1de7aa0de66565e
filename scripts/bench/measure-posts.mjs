import pg from 'pg';
import { timeOf } from './measure-latency.mjs';

const AT_ONCE = 16;

const ATTRIBUTES = [
  { key: 'depth', type: 'float', value: 12.5 },
  { key: 'salinity', type: 'float', value: 33 },
  { key: 'temperature', type: 'float', value: 9 },
  { key: 'volume', type: 'filesize', value: 1e9 },
  { key: 'count', type: 'integer', value: 17 },
  { key: 'site', type: 'char', value: 'site 3' },
  { key: 'wild', type: 'boolean', value: true },
  { key: 'sampled', type: 'datetime', value: '2024-02-29T12:30:00Z' },
];

/** So many datasets with 8 attributes added over HTTP, several at once; the peer inserts the same rows by one statement each. */
export async function measurePosts(databaseUrl, api, count) {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: AT_ONCE });
  await api.createProject({ body: { name: 'Posted' } });
  const body = (name) => ({ project: 'posted', name, attributes: ATTRIBUTES });
  const posted = await measureRate(count, (number) => api.createDataset({ body: body(`posted ${number}`) }));
  const { rows } = await pool.query(`SELECT id FROM item WHERE slug = 'posted'`);
  const bare = await measureRate(count, (number) => pool.query(BARE_INSERT, [rows[0].id, `bare-${number}`]));
  await pool.end();
  return { name: 'POST of a dataset with 8 attributes', target: 500, rate: posted, peer: bare };
}

const BARE_INSERT = `
  WITH item AS (INSERT INTO item (kind, parent_id, name, slug) VALUES ('dataset', $1, $2, $2) RETURNING id),
  dataset AS (INSERT INTO dataset (item_id, project_id, base_path) SELECT id, $1, $2 FROM item)
  INSERT INTO attribute (item_id, key, type, "float")
  SELECT id, 'key ' || n, 'float', n FROM item, generate_series(1, ${ATTRIBUTES.length}) AS n`;

/** Calls a second, of `count`. */
async function measureRate(count, call) {
  let number = 0;
  const elapsedMs = await timeOf(() =>
    Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (number < count) await call((number += 1));
      }),
    ),
  );
  return (count / elapsedMs) * 1000;
}

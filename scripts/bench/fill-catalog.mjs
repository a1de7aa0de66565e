/** The project that has all but a few of the datasets. */
export const PROJECT = 'big';

const ATTRIBUTES = [
  ['depth', 'float', '"float"', 'round((random() * 100)::numeric, 3)'],
  ['salinity', 'float', '"float"', '30 + random() * 8'],
  ['temperature', 'float', '"float"', 'random() * 30'],
  ['volume', 'filesize', 'integer', '(random() * 1e12)::bigint'],
  ['count', 'integer', 'integer', '(random() * 1000)::int'],
  ['site', 'char', 'text', "'site ' || (random() * 50)::int"],
  ['wild', 'boolean', 'boolean', 'random() < 0.5'],
  ['sampled', 'datetime', 'datetime', "now() - random() * interval '2000 days'"],
];

const STATUSES = ['SETUP', 'WORKFLOW', 'UPLOAD'].flatMap((stage) => [
  [stage, 'START'],
  [stage, 'SUCCESS'],
]);

const OTHER_PROJECTS = 20;
const OTHER_DATASETS = 100;

/**
 * Fills an empty catalog: one project with so many datasets and some small ones beside it, each dataset with 8
 * attributes, a run and 6 statuses. Takes a pg client.
 */
export async function fillCatalog(client, datasets) {
  await client.query('BEGIN');
  await addProjects(client);
  await client.query(
    `INSERT INTO item (kind, parent_id, name, slug, description)
     SELECT 'dataset', parent.id, 'Sample ' || n, parent.slug || ':sample-' || n, 'A sample of the reef number ' || n % 997
     FROM item AS parent
     CROSS JOIN LATERAL generate_series(1, CASE WHEN parent.slug = $1 THEN $2::int ELSE $3::int END) AS n
     WHERE parent.kind = 'project' ORDER BY n`,
    [PROJECT, datasets, OTHER_DATASETS],
  );
  await client.query(
    `INSERT INTO dataset (item_id, project_id, base_path, state, stage, host, queued_at, run_count)
     SELECT id, parent_id, 'crunch/' || replace(slug, ':', '/'), state,
       CASE WHEN state IN ('completed', 'failed') THEN 'upload' END,
       CASE WHEN state IN ('completed', 'failed') THEN 'lab-' || id % 50 END,
       CASE WHEN state <> 'draft' THEN now() - random() * interval '100 days' END, 1
     FROM (
       SELECT *, (ARRAY['completed', 'completed', 'completed', 'completed', 'completed', 'completed', 'failed', 'queued',
         'draft', 'draft'])[(random() * 9)::int + 1] AS state
       FROM item WHERE kind = 'dataset'
     ) AS item ORDER BY id`,
  );
  for (const [key, type, column, value] of ATTRIBUTES) {
    await client.query(
      `INSERT INTO attribute (item_id, key, type, ${column}) SELECT item_id, '${key}', '${type}', ${value} FROM dataset
       ORDER BY item_id`,
    );
  }
  await client.query(
    `INSERT INTO run (id, dataset_id, number, revision_id, plan, state, started_at, closed_at)
     SELECT gen_random_uuid(), dataset.item_id, 1, project.revision_id, '[]', 'completed', now(), now()
     FROM dataset JOIN project ON project.item_id = dataset.project_id`,
  );
  for (const [stage, state] of STATUSES) {
    await client.query(
      `INSERT INTO status (dataset_id, run_id, stage, state, at, host)
       SELECT dataset_id, id, '${stage}', '${state}', now(), 'lab-1' FROM run`,
    );
  }
  await client.query('COMMIT');
  await client.query('VACUUM ANALYZE');
}

async function addProjects(client) {
  await client.query(
    `INSERT INTO item (kind, name, slug)
     SELECT 'project', slug, slug FROM unnest($1::text[]) AS slug`,
    [[PROJECT, ...Array.from({ length: OTHER_PROJECTS }, (_, number) => `other-${number}`)]],
  );
  await client.query(`INSERT INTO project (item_id) SELECT id FROM item`);
  await client.query(
    `INSERT INTO workflow_revision (project_id, number, engine, source, format, entry, content, sha256, created_by)
     SELECT item_id, 1, 'script', '{"kind": "text"}', 'text', 'workflow', '\\x23', repeat('a', 64), 'bench' FROM project`,
  );
  await client.query(
    `UPDATE project SET revision_id = revision.id FROM workflow_revision AS revision WHERE project_id = item_id`,
  );
}

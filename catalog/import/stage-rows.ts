import { defaultBasePath } from '../../shared/domain/slug.ts';
import type { AttributeRecord } from '../attributes.ts';
import type { NewDatasetInput } from '../create-dataset.ts';
import { makeSlug } from '../item-rows.ts';
import type { CatalogQueries } from '../open-catalog.ts';

/** A dataset to be made, and the number of its row. */
export interface ImportRowInput extends NewDatasetInput {
  row: number;
  /** Another project may have the slug by the time when the last row has come. */
  projectId: number;
  attributes: AttributeRecord[];
}

/**
 * Rows go to the database together, so many characters of JSON at a time. Prisma keeps what its last hundred or so
 * messages for debugging were about, so that more at a time would be held long after.
 */
const CHARACTERS_TOGETHER = 128 * 1024;

/** Makes the tables in which rows wait; they are the transaction's own, and go with it. */
export async function createStage(queries: CatalogQueries): Promise<void> {
  await queries.$executeRaw`
    CREATE TEMPORARY TABLE staged_dataset (
      place integer PRIMARY KEY, row integer NOT NULL, slug text COLLATE "C" NOT NULL, project text COLLATE "C" NOT NULL,
      project_id integer NOT NULL, name text NOT NULL, description text NOT NULL, details text NOT NULL, base_path text COLLATE "C" NOT NULL,
      chosen boolean NOT NULL, priority integer NOT NULL, held boolean NOT NULL, queue boolean NOT NULL
    ) ON COMMIT DROP`;
  await queries.$executeRaw`
    CREATE TEMPORARY TABLE staged_attribute (
      dataset integer NOT NULL, place bigint NOT NULL, type text NOT NULL, key text NOT NULL, text text,
      float double precision, "integer" bigint, "boolean" boolean, datetime timestamptz(3), date date,
      latitude numeric(12, 9), longitude numeric(12, 9)
    ) ON COMMIT DROP`;
}

/** Puts rows there as they come. The database works on some while the next are read. */
export async function stageRows(queries: CatalogQueries, rows: AsyncIterable<ImportRowInput>): Promise<void> {
  let place = 0;
  let texts: string[] = [];
  let length = 0;
  let sent: Promise<unknown> = Promise.resolve();
  try {
    for await (const row of rows) {
      place += 1;
      const text = JSON.stringify(stagedRow(row, place));
      texts.push(text);
      length += text.length;
      if (length < CHARACTERS_TOGETHER) continue;
      await sent;
      sent = insert(queries, texts);
      // Its failure is met by whoever waits for it, which may be after the next rows have come.
      sent.catch(() => {});
      texts = [];
      length = 0;
    }
  } finally {
    await sent;
  }
  await insert(queries, texts);
  await queries.$executeRaw`CREATE INDEX ON staged_dataset (base_path)`;
  await queries.$executeRaw`CREATE INDEX ON staged_dataset (base_path) WHERE chosen`;
  await queries.$executeRaw`ANALYZE staged_dataset`;
}

/** The slugs of the projects of all rows. */
export async function listStagedProjects(queries: CatalogQueries): Promise<string[]> {
  const rows = await queries.$queryRaw<{ project: string }[]>`SELECT DISTINCT project FROM staged_dataset`;
  return rows.map(({ project }) => project);
}

/** Whether any row says where its files lie. */
export async function hasChosenPaths(queries: CatalogQueries): Promise<boolean> {
  const [found] = await queries.$queryRaw<{ any: boolean }[]>`
    SELECT EXISTS (SELECT FROM staged_dataset WHERE chosen) AS any`;
  return found?.any ?? false;
}

async function insert(queries: CatalogQueries, rows: string[]): Promise<void> {
  await queries.$executeRaw`
    WITH given AS MATERIALIZED (
      SELECT * FROM json_to_recordset(${`[${rows.join(',')}]`}::json) AS given (
        place integer, row integer, slug text, project text, project_id integer, name text, description text, details text,
        base_path text, chosen boolean, priority integer, held boolean, queue boolean, attributes json
      )
    ),
    attributes AS (
      INSERT INTO staged_attribute
      SELECT
        given.place, attribute.ordinality, attribute.type, attribute.key, attribute.text, attribute.float,
        attribute."integer", attribute."boolean", attribute.datetime, attribute.date, attribute.latitude,
        attribute.longitude
      FROM given
      CROSS JOIN LATERAL ROWS FROM (
        json_to_recordset(given.attributes) AS (
          type text, key text, text text, float double precision, "integer" bigint, "boolean" boolean,
          datetime timestamptz, date date, latitude numeric, longitude numeric
        )
      ) WITH ORDINALITY AS attribute
    )
    INSERT INTO staged_dataset
    SELECT
      place, row, slug, project, project_id, name, description, details, base_path, chosen, priority, held, queue
    FROM given`;
}

function stagedRow(input: ImportRowInput, place: number) {
  const { row, project, projectId: project_id, name, description, details, priority, held, queue } = input;
  const slug = makeSlug(name, project);
  const chosen = input.basePath !== undefined;
  const base_path = input.basePath ?? defaultBasePath(project, slug);
  const attributes = input.attributes.map(stagedAttribute);
  const texts = { slug, project, project_id, name, description, details };
  return { place, row, ...texts, base_path, chosen, priority, held, queue, attributes };
}

function stagedAttribute(attribute: AttributeRecord) {
  const { key, type } = attribute;
  switch (attribute.type) {
    case 'char':
    case 'url':
      return { key, type, text: attribute.value };
    case 'float':
    case 'boolean':
    case 'date':
      return { key, type, [attribute.type]: attribute.value };
    case 'integer':
    case 'filesize':
      return { key, type, integer: attribute.value };
    case 'datetime':
      return { key, type, datetime: new Date(attribute.value).toISOString() };
    case 'lat-long':
      return { key, type, latitude: attribute.latitude, longitude: attribute.longitude };
  }
}

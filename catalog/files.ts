import type { FileOrigin, ManifestFile } from '../shared/domain/manifest.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { announceChange } from './announce.ts';
import { recordAudit, type Actor } from './audit.ts';
import { foldersTo } from './base-paths.ts';
import { Prisma, type File } from './generated/client.ts';
import { INPUTS_CHANGED } from './last-standing.ts';
import { locateDataset } from './locate-dataset.ts';
import { lockDataset } from './lock-dataset.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';
import { cutPage, decodeCursor, type Page, type PageRequest } from './page.ts';

/** A dataset's file as last uploaded or published. */
export interface FileRecord {
  path: string;
  sizeBytes: number;
  sha256: string | null;
  origin: FileOrigin;
  /** For a changed input: the checksum of its original, kept as `.crunch/inputs/<sha256>`. */
  originalSha256: string | null;
  /** The run that made or changed it. */
  run: string | null;
  recordedAt: Date;
}

/** The files of a dataset in byte order of their paths. Throws `not-found`. */
export async function listFiles(
  catalog: Catalog,
  slug: string,
  { cursor, limit }: PageRequest,
): Promise<Page<FileRecord>> {
  const [after] = decodeCursor(cursor, ['']) ?? [''];
  const { id: datasetId } = await locateDataset(catalog, slug);
  const rows = await catalog.prisma.file.findMany({
    where: { datasetId, path: { gt: after } },
    orderBy: { path: 'asc' },
    take: limit + 1,
  });
  return cutPage(rows.map(readFile), limit, ({ path }) => [path]);
}

/**
 * Records an input that was put in place in the dataset of that slug or id, of which only the id never changes; a
 * completed dataset tells that it changed. Throws `not-found`, and `conflict` while the dataset is queued or running.
 */
export async function recordFile(
  catalog: Catalog,
  which: string | number,
  { path, sizeBytes, sha256 }: { path: string; sizeBytes: number; sha256: string },
  { name: actor, address }: Actor,
): Promise<FileRecord> {
  return catalog.transact(async (queries) => {
    const { id: datasetId, slug, state, busy } = await lockDataset(queries, which);
    if (busy) {
      throw new CrunchError('conflict', `${slug} is ${state}; its inputs can change when it is not.`);
    }
    const where = { datasetId_path: { datasetId, path } };
    const former = await queries.file.findUnique({ where });
    const isNews = former?.origin !== 'input' || former.sha256 !== sha256;
    if (isNews && state === 'completed') await noteChangedInputs(queries, datasetId, slug);
    const file = { sizeBytes: BigInt(sizeBytes), sha256, origin: 'input', originalSha256: null, runId: null };
    const row = await queries.file.upsert({
      where,
      create: { datasetId, path, ...file },
      update: { ...file, recordedAt: new Date() },
    });
    const before = former && { size: Number(former.sizeBytes), sha256: former.sha256 };
    const detail = { path, before, after: { size: sizeBytes, sha256 } };
    await recordAudit(queries, { actor, address, action: 'file.put', subject: slug, detail });
    return readFile(row);
  });
}

/**
 * Does something with an object of the storage, unless it is a file of a dataset. Until it is done nobody can record it as
 * one.
 */
export async function whileNoFile(catalog: Catalog, objectPath: string, work: () => Promise<void>): Promise<void> {
  await catalog.transact(async (queries) => {
    const [owner] = await queries.$queryRaw<{ id: number; basePath: string }[]>`
      SELECT item_id AS id, base_path AS "basePath" FROM dataset WHERE base_path = ANY (${foldersTo(objectPath)})
      FOR UPDATE`;
    const path = owner && objectPath.slice(owner.basePath.length + 1);
    const known = path === undefined ? 0 : await queries.file.count({ where: { datasetId: owner?.id, path } });
    if (known === 0) await work();
  });
}

/** Results that are older than inputs beside them say so, until the dataset runs again. */
async function noteChangedInputs(queries: CatalogQueries, datasetId: number, slug: string): Promise<void> {
  await queries.dataset.update({
    where: { itemId: datasetId },
    data: { reason: INPUTS_CHANGED },
  });
  await announceChange(queries, { dataset: slug });
}

/** What a run published: the files of its manifest. */
export interface Publication {
  datasetId: number;
  files: ManifestFile[];
}

/**
 * Makes the catalog's files of a dataset those of the manifest that a run published. Does nothing once a newer run of
 * the dataset exists. A second call changes nothing.
 */
export async function replacePublishedFiles(
  catalog: Catalog,
  datasetId: number,
  runId: string,
  files: ManifestFile[],
): Promise<void> {
  await catalog.prisma.$executeRaw`WITH ${replaceFiles(runId, { datasetId, files })} SELECT FROM newest`;
}

/** The same as parts of a statement, which begin with `published`. */
export function replaceFiles(runId: string, { datasetId, files }: Publication): Prisma.Sql {
  return Prisma.sql`
    published AS (
      SELECT DISTINCT ON (path) * FROM unnest(
        ${files.map(({ path }) => path)}::text[],
        ${files.map(({ sizeBytes }) => BigInt(sizeBytes))}::bigint[],
        ${files.map(({ sha256 }) => sha256 ?? null)}::text[],
        ${files.map(({ origin }) => origin)}::text[],
        ${files.map(({ originalSha256 }) => originalSha256 ?? null)}::text[]
      ) AS file (path, size_bytes, sha256, origin, original_sha256)
    ),
    newest AS (
      SELECT run.id FROM run
      WHERE run.id = ${runId}::uuid AND run.dataset_id = ${datasetId}
        AND NOT EXISTS (SELECT FROM run AS later WHERE later.dataset_id = run.dataset_id AND later.number > run.number)
    ),
    removed AS (
      DELETE FROM file USING newest
      WHERE file.dataset_id = ${datasetId} AND NOT EXISTS (SELECT FROM published WHERE published.path = file.path)
    ),
    replaced AS (
      INSERT INTO file AS known (dataset_id, path, size_bytes, sha256, origin, original_sha256, run_id)
      SELECT
        ${datasetId}, published.path, published.size_bytes, published.sha256, published.origin,
        published.original_sha256, CASE WHEN published.origin <> 'input' THEN newest.id END
      FROM published, newest
      ON CONFLICT (dataset_id, path) DO UPDATE SET
        size_bytes = excluded.size_bytes, sha256 = excluded.sha256, origin = excluded.origin,
        original_sha256 = excluded.original_sha256, run_id = excluded.run_id, recorded_at = now()
      WHERE (known.size_bytes, known.sha256, known.origin, known.original_sha256, known.run_id)
        IS DISTINCT FROM (excluded.size_bytes, excluded.sha256, excluded.origin, excluded.original_sha256, excluded.run_id)
    )`;
}

function readFile(row: File): FileRecord {
  const { path, sha256, originalSha256, recordedAt } = row;
  return {
    ...{ path, sha256, originalSha256, recordedAt },
    sizeBytes: Number(row.sizeBytes),
    origin: row.origin as FileOrigin,
    run: row.runId,
  };
}

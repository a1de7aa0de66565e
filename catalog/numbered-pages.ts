import type { AttributeType } from '../shared/domain/attribute-type.ts';
import { hasRight, mayEverywhere, type Access } from './access.ts';
import { readAttribute, type AttributeRecord, type AttributeRow } from './attributes.ts';
import { Prisma } from './generated/client.ts';
import type { ItemKind } from './item-rows.ts';
import { selectItems, type ItemRecord } from './items.ts';
import type { Catalog } from './open-catalog.ts';
import { readStatus, type StatusRecord } from './statuses.ts';

/** Asks for the page with this number, as django-crunch's API has pages. */
export interface NumberedRequest {
  /** Counts from 1. */
  page: number;
  size: number;
  /** Of whoever asks: only what lies in projects that they view is there. */
  access: Access;
}

/** A page, and how many records there are on all pages. */
export interface NumberedPage<T> {
  items: T[];
  count: number;
}

/** Items of a kind, or of all, oldest first. */
export async function pageItems(
  catalog: Catalog,
  { kind, ...request }: NumberedRequest & { kind?: ItemKind },
): Promise<NumberedPage<ItemRecord>> {
  const ofKind = kind === undefined ? Prisma.sql`true` : Prisma.sql`item.kind = ${kind}`;
  const which = Prisma.sql`${ofKind} AND ${isVisible(request)}`;
  const [items, [total]] = await Promise.all([
    selectItems(catalog.prisma, Prisma.sql`WHERE ${which} ORDER BY item.id ${limits(request)}`),
    catalog.prisma.$queryRaw<Total[]>`SELECT count(*)::int AS count FROM item WHERE ${which}`,
  ]);
  return { items, count: total?.count ?? 0 };
}

/** What a dataset has besides what every item has. */
export interface DatasetParts {
  basePath: string;
  /** Directly below it, oldest first. */
  items: ItemRecord[];
}

/** The parts of some datasets, by their slugs. */
export async function loadDatasetParts(catalog: Catalog, slugs: string[]): Promise<Map<string, DatasetParts>> {
  const [places, children] = await Promise.all([
    catalog.prisma.dataset.findMany({
      where: { item: { slug: { in: slugs } } },
      select: { basePath: true, item: { select: { slug: true } } },
    }),
    selectItems(catalog.prisma, Prisma.sql`WHERE parent.slug = ANY (${slugs}) ORDER BY item.id`),
  ]);
  return new Map(
    places.map(({ basePath, item: { slug } }) => [
      slug,
      { basePath, items: children.filter(({ parent }) => parent === slug) },
    ]),
  );
}

/** The current workflows of some projects as texts, by their slugs; those that have none or a whole tree are absent. */
export async function loadWorkflowTexts(catalog: Catalog, slugs: string[]): Promise<Map<string, string>> {
  const projects = await catalog.prisma.project.findMany({
    where: { item: { slug: { in: slugs } }, revision: { format: 'text' } },
    select: { item: { select: { slug: true } }, revision: { select: { content: true } } },
  });
  const decoder = new TextDecoder();
  return new Map(projects.map(({ item, revision }) => [item.slug, decoder.decode(revision?.content ?? undefined)]));
}

/** Attributes of a type, oldest first, each with the slug of its item. */
export async function pageAttributes(
  catalog: Catalog,
  { type, ...request }: NumberedRequest & { type: AttributeType },
): Promise<NumberedPage<{ item: string; attribute: AttributeRecord }>> {
  const from = Prisma.sql`
    FROM attribute JOIN item ON item.id = attribute.item_id
    WHERE attribute.type = ${type} AND ${isVisible(request)}`;
  const [rows, [total]] = await Promise.all([
    catalog.prisma.$queryRaw<(AttributeRow & { slug: string })[]>`
      SELECT item.slug, attribute.* ${from} ORDER BY attribute.id ${limits(request)}`,
    catalog.prisma.$queryRaw<Total[]>`SELECT count(*)::int AS count ${from}`,
  ]);
  return { items: rows.map((row) => ({ item: row.slug, attribute: readAttribute(row) })), count: total?.count ?? 0 };
}

/** Statuses of all datasets, oldest first, each with the id of its dataset. */
export async function pageStatuses(
  catalog: Catalog,
  request: NumberedRequest,
): Promise<NumberedPage<StatusRecord & { datasetId: number }>> {
  const from = Prisma.sql`
    FROM status JOIN dataset ON dataset.item_id = status.dataset_id
    WHERE ${hasRight(request.access, 'view', Prisma.sql`dataset.project_id`)}`;
  const [ids, [total]] = await Promise.all([
    catalog.prisma.$queryRaw<{ id: number }[]>`SELECT status.id ${from} ORDER BY status.id ${limits(request)}`,
    catalog.prisma.$queryRaw<Total[]>`SELECT count(*)::int AS count ${from}`,
  ]);
  const rows = await catalog.prisma.status.findMany({
    where: { id: { in: ids.map(({ id }) => id) } },
    orderBy: { id: 'asc' },
    include: { dataset: { select: { item: { select: { slug: true } } } } },
  });
  const items = rows.map((row) => ({ ...readStatus(row, row.dataset.item.slug), datasetId: row.datasetId }));
  return { items, count: total?.count ?? 0 };
}

/** The slug of the dataset with that id, if there is one. */
export async function findDatasetSlug(catalog: Catalog, id: number): Promise<string | undefined> {
  const item = await catalog.prisma.item.findUnique({ where: { id, kind: 'dataset' }, select: { slug: true } });
  return item?.slug;
}

interface Total {
  count: number;
}

/** SQL for whether an item lies in a project that the caller views. */
function isVisible({ access }: NumberedRequest): Prisma.Sql {
  if (mayEverywhere(access, 'view')) return Prisma.sql`true`;
  return Prisma.sql`split_part(item.slug, ':', 1) IN (
    SELECT top.slug FROM project JOIN item AS top ON top.id = project.item_id
    WHERE ${hasRight(access, 'view', Prisma.sql`project.item_id`)}
  )`;
}

function limits({ page, size }: NumberedRequest): Prisma.Sql {
  return Prisma.sql`LIMIT ${size} OFFSET ${(page - 1) * size}`;
}

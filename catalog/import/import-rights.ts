import { DEFAULT_PRIORITY } from '../../shared/domain/priority.ts';
import { explainForeignPath } from '../../shared/domain/foreign-path.ts';
import type { RowFaults } from '../../shared/errors/row-faults.ts';
import { Prisma } from '../generated/client.ts';
import type { CatalogQueries } from '../open-catalog.ts';

/** What whoever sends rows may do in their projects. */
export interface ImportRights {
  /** Whether their datasets may lie anywhere, and take up files that were kept there. */
  anyPath: boolean;
  /** Why they may add nothing to a project, as a sentence; null where it doesn't exist for them. */
  refused: Map<string, string | null>;
  /** Why a project's datasets may get no priority from them but that of everybody. */
  noPriority: Map<string, string>;
}

/** A condition on `staged`, a row of `staged_dataset`: the catalog has no dataset of its slug. */
export const IS_NEW = Prisma.sql`NOT EXISTS (SELECT FROM staged_known WHERE staged_known.place = staged.place)`;

/** A condition on `staged`: its files would lie where only some may have them. */
export const IS_FOREIGN = Prisma.sql`(staged.chosen AND NOT starts_with(staged.base_path, 'crunch/' || staged.project || '/'))`;

/** Notes which staged rows ask for what their sender may not do. A row that changes nothing asks for nothing. */
export async function noteRefusals(
  queries: CatalogQueries,
  { faults, rights: { anyPath, refused, noPriority } }: { faults: RowFaults; rights: ImportRights },
): Promise<void> {
  const find = (condition: Prisma.Sql) => queries.$queryRaw<StagedPlace[]>`
    SELECT row, project FROM staged_dataset AS staged WHERE ${condition} ORDER BY place LIMIT ${faults.room}`;
  const isOf = (projects: Map<string, unknown>) => Prisma.sql`project = ANY (${[...projects.keys()]}::text[])`;

  for (const place of await find(isOf(refused))) noteRefusal(faults, place, refused.get(place.project) ?? null);
  const givesPriority = Prisma.sql`${IS_NEW} AND priority <> ${DEFAULT_PRIORITY}`;
  for (const { row, project } of await find(Prisma.sql`${givesPriority} AND ${isOf(noPriority)}`)) {
    faults.add({ row, column: 'priority' }, noPriority.get(project) ?? '');
  }
  if (anyPath) return;
  for (const { row, project } of await find(Prisma.sql`${IS_NEW} AND ${IS_FOREIGN}`)) {
    faults.add({ row, column: 'path' }, explainForeignPath(project));
  }
}

interface StagedPlace {
  row: number;
  project: string;
}

/** Notes why a row's project is not open to its sender; null where it doesn't exist for them, which is told as for none. */
export function noteRefusal(faults: RowFaults, { row, project }: StagedPlace, refusal: string | null): void {
  faults.add({ row, column: 'project' }, refusal ?? `there is no project ${project}`);
}

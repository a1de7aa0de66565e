import type { ImportRowInput } from '../../catalog/import/stage-rows.ts';
import { noteUnknownProject } from '../../catalog/import/find-row-conflicts.ts';
import { noteRowFaults } from '../../shared/contract/note-row-faults.ts';
import { DEFAULT_PRIORITY } from '../../shared/contract/datasets.ts';
import { ImportRow } from '../../shared/contract/tables.ts';
import { IMPORT_LIMITS } from '../../shared/domain/import-limits.ts';
import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';
import type { RowFaults } from '../../shared/errors/row-faults.ts';
import { assertMayUsePath } from '../auth/assert-may-use-path.ts';
import type { Caller } from '../auth/caller.ts';
import type { FindRefusal } from './find-refusal.ts';

/** For whom rows are read, and where their faults are noted. */
interface Reader {
  caller: Caller;
  faults: RowFaults;
  findRefusal: FindRefusal;
}

/**
 * The rows of an import that are right, as their lines come; what is wrong with the others is noted. When no more faults
 * are wanted, the rest is read and dropped, so that the sender hears of them. Throws `too-large` for too many rows.
 */
export async function* readImportRows(lines: AsyncIterable<string>, reader: Reader): AsyncGenerator<ImportRowInput> {
  const { faults } = reader;
  let line = 0;
  for await (const text of lines) {
    line += 1;
    if (line > IMPORT_LIMITS.rows) {
      throw new CrunchError('too-large', `An import may have at most ${IMPORT_LIMITS.rows} rows. Split the table.`);
    }
    if (faults.room <= 0) continue;
    const row = readRow(text, line, faults);
    if (row !== undefined && (await isAllowed(row, reader))) yield row;
  }
}

function readRow(text: string, line: number, faults: RowFaults): ImportRowInput | undefined {
  const given = parseJson(text);
  if (given === undefined) {
    faults.add({ row: line }, 'is not JSON');
    return undefined;
  }
  const parsed = ImportRow.safeParse(given);
  if (parsed.success) return { ...parsed.data, row: parsed.data.row ?? line };
  noteRowFaults(faults, line, given, parsed.error);
  return undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What only some may give: a priority other than that of everybody, and where files lie. */
async function isAllowed(
  { row, project, priority, basePath }: ImportRowInput,
  { caller, faults, findRefusal }: Reader,
): Promise<boolean> {
  const refusal = await findRefusal('edit', project);
  if (refusal?.code === 'not-found') {
    noteUnknownProject(faults, row, project);
    return false;
  }
  if (refusal !== undefined) {
    faults.add({ row, column: 'project' }, refusal.message);
    return false;
  }
  const noPriority = priority === DEFAULT_PRIORITY ? undefined : await findRefusal('operate', project);
  if (noPriority !== undefined) faults.add({ row, column: 'priority' }, noPriority.message);
  const noPath = basePath === undefined ? undefined : findPathFault(caller, project, basePath);
  if (noPath !== undefined) faults.add({ row, column: 'path' }, noPath);
  return noPriority === undefined && noPath === undefined;
}

function findPathFault(caller: Caller, project: string, path: string): string | undefined {
  try {
    assertMayUsePath(caller, project, path);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

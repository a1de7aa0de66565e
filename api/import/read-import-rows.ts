import type { ImportRowInput } from '../../catalog/import/stage-rows.ts';
import { noteUnknownProject } from '../../catalog/import/find-row-conflicts.ts';
import { noteRowFaults } from '../../shared/contract/note-row-faults.ts';
import { ImportRow } from '../../shared/contract/tables.ts';
import { IMPORT_LIMITS } from '../../shared/domain/import-limits.ts';
import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';
import type { RowFaults } from '../../shared/errors/row-faults.ts';
import { assertMayUsePath } from '../auth/assert-may-use-path.ts';
import { sees, type Caller } from '../auth/caller.ts';

/**
 * The rows of an import that are right, as their lines come; what is wrong with the others is noted. When no more faults
 * are wanted, the rest is read and dropped, so that the sender hears of them. Throws `too-large` for too many rows.
 */
export async function* readImportRows(
  lines: AsyncIterable<string>,
  caller: Caller,
  faults: RowFaults,
): AsyncGenerator<ImportRowInput> {
  let line = 0;
  for await (const text of lines) {
    line += 1;
    if (line > IMPORT_LIMITS.rows) {
      throw new CrunchError('too-large', `An import may have at most ${IMPORT_LIMITS.rows} rows. Split the table.`);
    }
    if (faults.room <= 0) continue;
    const row = readRow(text, line, faults);
    if (row !== undefined && isAllowed(row, caller, faults)) yield row;
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

function isAllowed({ row, project, basePath }: ImportRowInput, caller: Caller, faults: RowFaults): boolean {
  if (!sees(caller, project)) {
    noteUnknownProject(faults, row, project);
    return false;
  }
  try {
    if (basePath !== undefined) assertMayUsePath(caller, project, basePath);
    return true;
  } catch (error) {
    faults.add({ row, column: 'path' }, messageOf(error));
    return false;
  }
}

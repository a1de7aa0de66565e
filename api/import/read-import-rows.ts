import type { ImportRowInput } from '../../catalog/import/stage-rows.ts';
import { noteRefusal } from '../../catalog/import/import-rights.ts';
import { noteRowFaults } from '../../shared/contract/note-row-faults.ts';
import { ImportRow } from '../../shared/contract/tables.ts';
import { IMPORT_LIMITS } from '../../shared/domain/import-limits.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { RowFaults } from '../../shared/errors/row-faults.ts';
import { findPathFault } from '../auth/assert-may-use-path.ts';
import type { FindOpenProject } from './find-open-project.ts';

interface Reader {
  /** Where faults are noted. */
  faults: RowFaults;
  findProject: FindOpenProject;
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
    const projectId = row && (await findProjectOf(row, reader));
    if (row !== undefined && projectId !== undefined) yield { ...row, projectId };
  }
}

type NumberedRow = Omit<ImportRowInput, 'projectId'>;

function readRow(text: string, line: number, faults: RowFaults): NumberedRow | undefined {
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

/** Undefined when the row is no good. What else its sender may not do is found once all have come. */
async function findProjectOf(
  { row, project, basePath }: NumberedRow,
  { faults, findProject }: Reader,
): Promise<number | undefined> {
  const found = await findProject(project);
  if (found.refusal !== undefined) {
    noteRefusal(faults, { row, project }, found.refusal.code === 'not-found' ? null : found.refusal.message);
    return undefined;
  }
  const pathFault = basePath === undefined ? undefined : findPathFault(basePath);
  if (pathFault === undefined) return found.id;
  faults.add({ row, column: 'path' }, pathFault);
  return undefined;
}

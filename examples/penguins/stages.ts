import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { defineStage, defineStages } from 'crunch/stages';

/** What the plan says about a good file. */
interface Limits {
  file: string;
  minimumRows: number;
  /** The smallest and largest value of a column that a penguin can have. */
  ranges: Record<string, [number, number]>;
}

const limits = {
  parse(value: unknown): Limits {
    const { file, minimumRows, ranges } = value as Partial<Limits>;
    if (typeof file !== 'string') throw new Error('“file” must name a CSV file');
    if (typeof minimumRows !== 'number') throw new Error('“minimumRows” must be a number');
    if (typeof ranges !== 'object') throw new Error('“ranges” must give a column’s smallest and largest value');
    return { file, minimumRows, ranges };
  },
};

/** Ends the run before its workflow starts when a measurement can't be right or the file is cut short. */
const qualityCheck = defineStage({
  name: 'quality-check',
  parameters: limits,
  async run({ workspace, parameters, log, signal }) {
    const lines = createInterface({ input: createReadStream(path.join(workspace, parameters.file), { signal }) });
    let header: string[] | undefined;
    let rows = 0;
    let missing = 0;
    for await (const line of lines) {
      const cells = splitRow(line);
      if (header === undefined) {
        header = cells;
        requireColumns(header, parameters);
        continue;
      }
      rows += 1;
      missing += checkRow(header, cells, rows + 1, parameters);
    }
    if (rows < parameters.minimumRows) {
      throw new Error(`${parameters.file} has ${rows} rows, expected at least ${parameters.minimumRows}`);
    }
    log(`${rows} rows are plausible, ${missing} measurements are missing`);
    return { rows, missing };
  },
});

function requireColumns(header: string[], { file, ranges }: Limits): void {
  const absent = Object.keys(ranges).filter((column) => !header.includes(column));
  if (absent.length > 0) throw new Error(`${file} lacks the column ${absent.join(', ')}`);
}

/** Returns how many measurements the row lacks. */
function checkRow(header: string[], cells: string[], line: number, { file, ranges }: Limits): number {
  if (cells.length !== header.length) {
    throw new Error(`${file}, line ${line}: ${cells.length} cells where the header has ${header.length}`);
  }
  let missing = 0;
  for (const [column, [smallest, largest]] of Object.entries(ranges)) {
    const cell = cells[header.indexOf(column)] ?? '';
    if (cell === 'NA') {
      missing += 1;
      continue;
    }
    const value = Number(cell);
    if (!(value >= smallest && value <= largest)) {
      throw new Error(`${file}, line ${line}: ${column} is “${cell}”, not between ${smallest} and ${largest}`);
    }
  }
  return missing;
}

/** The cells of a CSV row; a quoted cell may hold commas. */
function splitRow(line: string): string[] {
  return Array.from(`,${line}`.matchAll(/,("(?:[^"]|"")*"|[^,]*)/g), ([, cell = '']) =>
    cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
  );
}

export default defineStages([qualityCheck]);

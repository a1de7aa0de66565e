import { CrunchError, type FieldFault } from './crunch-error.ts';

/** Where in a table something is wrong; a row as a whole has no column. */
export interface RowPlace {
  row: number;
  column?: string;
}

/** The faults of a table's rows, of which the first so many are kept. */
export class RowFaults {
  readonly #most: number;
  readonly #faults: FieldFault[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** How many more are kept. */
  get room(): number {
    return this.#most - this.#faults.length;
  }

  get found(): boolean {
    return this.#faults.length > 0;
  }

  add({ row, column }: RowPlace, message: string): void {
    if (this.room <= 0) return;
    const path = column === undefined ? `row ${row}` : `row ${row}, column ${column}`;
    this.#faults.push({ path, message, row, ...(column !== undefined && { column }) });
  }

  /** Throws `invalid-input` that names them, in the order of the rows, if there are any. */
  throwIfFound(): void {
    if (!this.found) return;
    const fields = this.#faults.toSorted((a, b) => (a.row ?? 0) - (b.row ?? 0));
    const rest = this.room > 0 ? '' : ` These are the first ${this.#most} faults; there may be more.`;
    throw new CrunchError('invalid-input', `The table is not right; nothing was imported.${rest}`, { fields });
  }
}

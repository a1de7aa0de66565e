/** One value of a row, below its header. */
export interface Cell {
  header: string;
  text: string;
  /** True for a text of JSON, which is never a number, whatever it looks like. */
  isQuoted?: boolean;
}

/** A row as the table has it, without its empty cells. */
export interface TableRow {
  /** As a spreadsheet counts: the header is row 1. In JSON, the document's place from 1. */
  row: number;
  cells: Cell[];
  /** Why the row can't be read. */
  fault?: string;
}

/** What a spreadsheet takes for the beginning of a formula, behind any apostrophes. */
const FORMULA = /^'*[=+\-@\t\r]/;

/** A text as a cell of CSV or TSV: one that a spreadsheet would calculate gets an apostrophe before it. */
export function defuseCell(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** The text of a cell, without the apostrophe of `defuseCell`. */
export function restoreCell(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}

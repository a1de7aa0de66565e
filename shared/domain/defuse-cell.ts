/** What a spreadsheet takes for the beginning of a formula, behind any apostrophes. */
const FORMULA = /^'*[=+\-@\t\r]/;

/** A text as a cell of CSV or TSV: one that a spreadsheet would calculate gets an apostrophe before it. */
export function defuseCell(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

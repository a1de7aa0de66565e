/** A filter, sort or list of columns that can't be understood: where, why, and what to write instead. */
export class FilterError extends Error {
  override readonly name = 'FilterError';
  /** The place of the fault, counted from 0. */
  readonly at: number;

  constructor(at: number, reason: string) {
    super(`at character ${at + 1}: ${reason}`);
    this.at = at;
  }
}

/** What one import may hold; more is imported in several. */
export const IMPORT_LIMITS = {
  rows: 1_000_000,
  attributesOfRow: 1000,
  /** Of a row as JSON, in characters. */
  rowLength: 4 * 1024 * 1024,
  /** Of all rows as JSON. */
  bytes: 4 * 1024 ** 3,
  /** No more faults are told of than these. */
  faults: 100,
} as const;

/** A line that a stage of a run printed. */
export interface OutputLine {
  /** When the host read it, by its clock: milliseconds since 1970. */
  atMs: number;
  stage: string;
  /** As a terminal would show it at last, at most 2,000 characters. */
  text: string;
}

/** Where a line that was longer than this is cut. */
export const OUTPUT_LINE_LENGTH = 2_000;

/** One report holds at most so many lines. */
export const REPORTED_LINES = 5_000;

/** Of a lease that printed more, the beginning and the end are kept: so many bytes on the host, as JSON. */
export const LEASE_OUTPUT_LIMITS = { headBytes: 48 * 1024 ** 2, tailBytes: 16 * 1024 ** 2 };

/** Of a run of many leases no more is kept than this, in bytes of text. */
export const RUN_OUTPUT_BYTES = 256 * 1024 ** 2;

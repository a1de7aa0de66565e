/** The height of a line, as the style sheet has it. */
export const LINE_PX = 18;

/** Drawn before they come into sight. */
const AHEAD_LINES = 30;

/** Before a box is measured. */
const LEAST_PX = 600;

/** What a box shows of what it holds. */
export interface Sight {
  /** Infinity for the end. */
  topPx: number;
  heightPx: number;
}

/** The numbers of the first and the last line to be drawn of so many, counted from 1. */
export function findLinesInSight({ topPx, heightPx }: Sight, lineCount: number): { first: number; last: number } {
  const height = Math.max(heightPx, LEAST_PX);
  const top = Math.max(0, Math.min(topPx, lineCount * LINE_PX - height));
  return {
    first: Math.max(1, Math.floor(top / LINE_PX) + 1 - AHEAD_LINES),
    last: Math.min(lineCount, Math.ceil((top + height) / LINE_PX) + AHEAD_LINES),
  };
}

/** What each exit code of `crunch` means, as its help says it. */
export const EXIT_CODES = {
  0: 'done',
  1: 'unforeseen error',
  2: 'bad usage or input',
  3: 'not signed in, or not allowed',
  4: 'not found',
  5: 'conflict with what is there or runs already',
  6: 'nothing left to do',
  10: 'a dataset failed',
  12: 'storage',
  13: 'catalog or API',
  14: 'Temporal unreachable',
  130: 'interrupted',
} as const;

export type ExitCode = keyof typeof EXIT_CODES;

/** The exit codes that any command may end with. */
export const ANY_COMMAND: readonly ExitCode[] = [0, 1, 2];

/** What a command that calls the server may end with beside those. */
export const SERVER_COMMAND: readonly ExitCode[] = [3, 13];

/** A line for each code in numeric order, aligned, without a line end behind the last. */
export function describeExitCodes(codes: readonly ExitCode[]): string {
  return [...new Set(codes)]
    .sort((a, b) => a - b)
    .map((code) => `  ${String(code).padStart(3)}  ${EXIT_CODES[code]}`)
    .join('\n');
}

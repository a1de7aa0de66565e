import { InvalidArgumentError } from 'commander';

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Reads `500ms`, `30s`, `5m`, `2h`, `90d` or a bare number of seconds; gives milliseconds. */
export function parseDurationMs(text: string): number {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text) ?? [];
  if (amount === undefined) throw new InvalidArgumentError('Give a duration such as 30s, 5m, 2h or 90d.');
  return Math.round(Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS]);
}

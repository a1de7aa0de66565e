const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** Milliseconds from `500ms`, `30s`, `5m`, `2h`, `90d`, `2w` or a bare number of seconds; undefined for anything else. */
export function readDurationMs(text: string): number | undefined {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)?$/.exec(text) ?? [];
  return amount === undefined ? undefined : Math.round(Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS]);
}

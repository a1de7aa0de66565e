import { InvalidArgumentError } from 'commander';
import { readDurationMs } from '../../shared/domain/read-duration.ts';

/** Reads `500ms`, `30s`, `5m`, `2h`, `90d` or a bare number of seconds; gives milliseconds. */
export function parseDurationMs(text: string): number {
  const durationMs = readDurationMs(text);
  if (durationMs === undefined) throw new InvalidArgumentError('Give a duration such as 30s, 5m, 2h or 90d.');
  return durationMs;
}

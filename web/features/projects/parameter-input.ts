import type { Json, JsonObject } from '../../../shared/domain/json.ts';

/** A parameter as it is typed. */
export interface ParameterInput {
  key: string;
  value: string;
}

/** What is JSON counts as that, so that `3` is a number and `"3"` a text; anything else is a text. */
export function readParameters(rows: readonly ParameterInput[]): JsonObject {
  return Object.fromEntries(rows.map(({ key, value }) => [key.trim(), readValue(value)]));
}

/** As `readParameters` reads them. */
export function writeParameters(parameters: JsonObject): ParameterInput[] {
  return Object.entries(parameters).map(([key, value]) => {
    const isPlain = typeof value === 'string' && readValue(value) === value;
    return { key, value: isPlain ? value : JSON.stringify(value) };
  });
}

/** Why a row's key can't be taken. */
export function keyFault(rows: readonly ParameterInput[], row: number): string | null {
  const key = rows[row]?.key.trim() ?? '';
  if (key === '') return 'must not be empty';
  return rows.findIndex((other) => other.key.trim() === key) < row ? 'stands twice' : null;
}

function readValue(value: string): Json {
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

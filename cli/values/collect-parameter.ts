import { InvalidArgumentError } from 'commander';
import type { Json, JsonObject } from '../../shared/domain/json.ts';

/** Adds one `KEY=VALUE` to a project's parameters. A value that is JSON is taken as JSON, any other as text. */
export function collectParameter(assignment: string, before: JsonObject = {}): JsonObject {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(assignment) ?? [];
  if (key === undefined || value === undefined) throw new InvalidArgumentError('Give KEY=VALUE.');
  return { ...before, [key]: jsonOrText(value) };
}

function jsonOrText(value: string): Json {
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

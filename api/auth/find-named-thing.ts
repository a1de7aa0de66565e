import type { ProjectNeed } from '../../shared/contract/endpoint.ts';
import { includesRight, type Right } from '../../shared/domain/project-role.ts';

/** A request, parsed. */
interface ParsedRequest {
  params?: unknown;
  query?: unknown;
  body?: unknown;
}

/** The slug of the thing that a request is for, where the contract says that it names one, and it does. */
export function findNamedThing({ at }: ProjectNeed, request: ParsedRequest): string | undefined {
  if (at === 'run' || at === 'attribute' || at === 'each') return undefined;
  const [part, field] = at.split('.', 2) as [keyof ParsedRequest, string];
  return (request[part] as Record<string, string | undefined>)[field];
}

/** What a request needs that has a body with these fields, besides what each such request does. */
export function rightForFields({ may, fields = {} }: ProjectNeed, body: unknown): Right {
  if (typeof body !== 'object' || body === null) return may;
  return Object.keys(body)
    .flatMap((field) => fields[field] ?? [])
    .reduce((most, right) => (includesRight(most, right) ? most : right), may);
}

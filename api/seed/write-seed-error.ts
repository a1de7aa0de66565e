import type { Response } from 'express';
import type { CrunchError } from '../../shared/errors/crunch-error.ts';

/** Paths of django-crunch's API, which end with a slash; all others of the server have other errors. */
const SEED_PATH = /^\/api\/(?:$|(?:projects|datasets|items|attributes|statuses|next)\/)/;

/** Our names of fields that have another one in django-crunch's API. */
const FIELDS: Record<string, string> = { basePath: 'base_file_path', project: 'parent' };

/** Whether a path belongs to django-crunch's API. */
export function isSeedPath(path: string): boolean {
  return SEED_PATH.test(path);
}

/** An error as django-crunch's API tells it: by field, or as one sentence. */
export function writeSeedError(response: Response, error: CrunchError, detail: string): void {
  const { fields, httpStatus } = error;
  const body: Record<string, unknown> =
    fields.length > 0 ? {} : { detail: httpStatus === 401 ? refusal(response) : detail };
  for (const { path, message } of fields) {
    const name = fieldOf(path);
    body[name] = [...((body[name] as string[] | undefined) ?? []), message];
  }
  response.status(httpStatus).json(body);
}

/** The words by which clients of django-crunch tell a missing token from a wrong one. */
function refusal({ req }: Response): string {
  return req.headers.authorization === undefined ? 'Authentication credentials were not provided.' : 'Invalid token.';
}

/** `attribute.value` → `value`, `workflow.text` → `workflow`. */
function fieldOf(path: string): string {
  const [first = '', ...rest] = path.split('.');
  const name = first === 'attribute' ? (rest[0] ?? first) : first;
  return FIELDS[name] ?? name;
}

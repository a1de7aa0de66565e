import type { ErrorCode } from '../errors/error-codes.ts';
import type { Endpoint } from './endpoint.ts';

/** What an operation that reads or writes files can end with. */
export const STORAGE_ERRORS = ['storage-unavailable', 'storage-refused', 'storage-corrupt'] as const;

const OF_CALLERS: ErrorCode[] = ['not-signed-in', 'not-allowed', 'too-many-requests', 'catalog-unavailable'];

/** All errors that an operation can end with: what follows from its shape, and what it names itself. */
export function errorsOf(endpoint: Endpoint): ErrorCode[] {
  const { method, scope, params, query, headers, body, takesKey, errors = [] } = endpoint;
  const codes = new Set<ErrorCode>([...errors, 'internal', 'headers-too-large']);
  const add = (...more: ErrorCode[]) => more.forEach((code) => codes.add(code));
  if (scope !== 'public') add(...OF_CALLERS);
  if (params ?? query ?? headers ?? body) add('invalid-input');
  if (params !== undefined || method !== 'get') add('not-found');
  if (method !== 'get') add('conflict');
  // What was moved is found by its old slug for reading only.
  if (params?.shape.slug !== undefined && method !== 'get') add('moved');
  if (headers?.shape['if-match'] !== undefined) add('changed-meanwhile');
  if (takesKey) add('invalid-input', 'key-reused');
  if (body !== undefined) add('too-large', 'wrong-content-type');
  return [...codes];
}

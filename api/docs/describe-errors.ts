import { STATUS_CODES } from 'node:http';
import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import type { Problem } from '../../shared/contract/common.ts';
import { ERROR_CODES, type ErrorCode } from '../../shared/errors/error-codes.ts';

interface Reference {
  $ref: string;
}

const header = (description: string, type: 'string' | 'integer') => ({
  description,
  required: true,
  schema: { type },
});

/** Of every answer. */
export const REQUEST_ID = { 'X-Request-Id': header('Finds the request in the server’s log', 'string') };

const RETRY_AFTER = { 'Retry-After': header('So many seconds to wait', 'integer') };

/** What is said beside the problem document, by status. */
const HEADERS: Partial<Record<number, Record<string, ReturnType<typeof header>>>> = {
  401: { 'WWW-Authenticate': header('How to sign in', 'string') },
  429: RETRY_AFTER,
  503: RETRY_AFTER,
};

/** A problem document for each status of the errors; those of the same errors are written out once. */
export function describeErrors(registry: OpenAPIRegistry, errors: readonly ErrorCode[]): Record<string, Reference> {
  const statuses = [...new Set(errors.map((code) => ERROR_CODES[code].httpStatus))];
  return Object.fromEntries(
    statuses.map((status) => {
      const codes = errors.filter((code) => ERROR_CODES[code].httpStatus === status).sort();
      return [String(status), describeProblem(registry, status, codes)];
    }),
  );
}

function describeProblem(registry: OpenAPIRegistry, status: number, codes: ErrorCode[]): Reference {
  const name = codes.join('_');
  const reference = { $ref: `#/components/responses/${name}` };
  const known = registry.definitions.some((it) => it.type === 'component' && it.name === name);
  if (known) return reference;
  const title = STATUS_CODES[status] ?? 'Error';
  const narrowed = { type: 'object' as const, properties: { status: { const: status }, code: { enum: codes } } };
  registry.registerComponent('responses', name, {
    description: `${title}: ${codes.map((code) => `\`${code}\``).join(', ')}`,
    headers: { ...REQUEST_ID, ...HEADERS[status] },
    content: {
      'application/problem+json': {
        schema: { allOf: [{ $ref: '#/components/schemas/Problem' }, narrowed] },
        examples: Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code, title, status) }])),
      },
    },
  });
  return reference;
}

function exampleOf(code: ErrorCode, title: string, status: number): Problem {
  const detail = 'What happened, to what, and what to do.';
  const requestId = '3f1c2a5e-6c0b-4a51-9d0e-6a2f7f6f2b11';
  return { type: `urn:crunch:problem:${code}`, title, status, detail, code, requestId };
}

import type { z } from 'zod';
import { CrunchError } from '../../shared/errors/crunch-error.ts';

/** Parses a part of a request; without a schema there is nothing to give. Throws `invalid-input` with all faults. */
export function parseInput(schema: z.ZodType | undefined, value: unknown): unknown {
  const result = schema?.safeParse(value);
  if (result === undefined || result.success) return result?.data;
  const fields = result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  const faults = fields.map((field) => (field.path === '' ? field.message : `${field.path}: ${field.message}`));
  throw new CrunchError('invalid-input', `The request is not right. ${faults.join('; ')}.`, { fields });
}

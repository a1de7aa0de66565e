import type { z } from 'zod';
import { refuseInput } from '../../shared/contract/refuse-input.ts';

/** Parses a part of a request; without a schema there is nothing to give. Throws `invalid-input` with all faults. */
export function parseInput(schema: z.ZodType | undefined, value: unknown): unknown {
  const result = schema?.safeParse(value);
  if (result === undefined || result.success) return result?.data;
  throw refuseInput('The request is not right', result.error);
}

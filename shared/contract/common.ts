import { z } from 'zod';
import { RIGHTS } from '../domain/project-role.ts';

export const Slug = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^[a-z0-9_-]+(:[a-z0-9_-]+)*$/, 'must be a slug: a-z, 0-9, - and _, with : between levels');

export const SlugParams = z.object({ slug: Slug });

export const Name = z.string().trim().min(1, 'must not be empty').max(200);
export const Description = z.string().max(10_000);
export const Details = z.string().max(1_000_000);

export const Timestamp = z.iso.datetime({ offset: true });
export const SizeBytes = z.int().nonnegative();
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex');

/** What the caller may do in a project, from least to most. */
export const Rights = z.array(z.enum(RIGHTS));

export const Json = z.json();
export const JsonObject = z.record(z.string(), Json);

/** Keyset paging: a page of at most `limit`, and where the next one begins. */
export const PageQuery = z.object({
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number<number>().int().min(1).max(1000).default(100),
});

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

/** RFC 9457. `code` is one of Crunch's own error codes; `requestId` finds the request in the server's log. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  code: z.string(),
  requestId: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof Problem>;

/** A query parameter that may stand once or several times; absent means none. */
export function listOf<T extends z.ZodType>(item: T) {
  return z
    .preprocess((value: z.input<T> | z.input<T>[]) => (Array.isArray(value) ? value : [value]), z.array(item).max(100))
    .default([]);
}

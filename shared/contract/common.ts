import { z } from 'zod';
import { RIGHTS } from '../domain/project-role.ts';

export const Slug = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^[a-z0-9_-]+(:[a-z0-9_-]+)*$/, 'must be a slug: a-z, 0-9, - and _, with : between levels')
  .meta({ example: 'penguins' });

export const SlugParams = z.object({ slug: Slug });
export const DatasetParams = z.object({ slug: Slug.meta({ example: 'penguins:torgersen' }) });

/** A text that the catalog can keep. */
export const Text = z.string().superRefine(refuseUnstorable);

/** For a schema of texts: adds a fault for what the catalog can't keep. */
export function refuseUnstorable(text: string, context: z.core.$RefinementCtx): void {
  if (text.includes('\0')) context.addIssue({ code: 'custom', message: 'holds a NUL character' });
  if (/\p{Surrogate}/u.test(text)) context.addIssue({ code: 'custom', message: 'is not valid Unicode' });
}

export const Name = Text.trim().min(1, 'must not be empty').max(200).meta({ example: 'Torgersen' });
export const Description = Text.max(10_000);
export const Details = Text.max(1_000_000);
/** Why somebody did something, for others to read: one line. */
export const Reason = Text.trim()
  .min(1, 'must not be empty')
  .max(300)
  .regex(/^[^\r\n]*$/, 'must be one line')
  .meta({ example: 'the reference is being replaced' });

export const Timestamp = z.iso.datetime({ offset: true });
/** Counts up in the catalog. */
export const Id = z.int32().positive();
export const SizeBytes = z.int().nonnegative();
export const Sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex')
  .meta({ example: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' });

/** What the caller may do in a project, from least to most. */
export const Rights = z.array(z.enum(RIGHTS));

export const Json = z.json();
export const JsonObject = z.record(z.string(), Json);

/** A whole number in a path or a query, where it arrives as text: written in digits, and in no other way. */
export function numberInText<T extends z.ZodType>(schema: T) {
  return z.preprocess(
    (value: number) => (typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value),
    schema,
  );
}

/** Keyset paging: a page of at most `limit`, and where the next one begins. */
export const PageQuery = z.object({
  cursor: z.string().max(4000).optional(),
  limit: numberInText(z.int().min(1).max(1000)).default(100),
});

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

/** RFC 9457. `code` is one of Crunch's own error codes; `requestId` finds the request in the server's log. */
export const Problem = z.object({
  type: z.string().meta({ example: 'urn:crunch:problem:not-found' }),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  code: z.string(),
  requestId: z.string(),
  errors: z
    .array(
      z.object({
        path: z.string(),
        message: z.string(),
        /** Of a table that is imported. */
        row: z.int().optional(),
        column: z.string().optional(),
      }),
    )
    .optional(),
});
export type Problem = z.infer<typeof Problem>;

/** A query parameter that is `true` or `false`; absent means false. */
export const Flag = z
  .preprocess(
    (value: boolean | 'true' | 'false') => (typeof value === 'string' ? (WORDS[value] ?? value) : value),
    z.boolean(),
  )
  .default(false);

const WORDS: Record<string, boolean> = { true: true, false: false };

/** A query parameter that may stand once or several times; absent means none. */
export function listOf<T extends z.ZodType>(item: T) {
  return z
    .preprocess((value: z.input<T> | z.input<T>[]) => (Array.isArray(value) ? value : [value]), z.array(item).max(100))
    .default([]);
}

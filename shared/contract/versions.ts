import { z } from 'zod';
import { readVersionTag, VERSION_TAG } from '../domain/version-tag.ts';

/**
 * The change is made only while the item has the version of this ETag, or `"<version>"`; else it is refused with 412 and
 * `changed-meanwhile`.
 */
export const IfMatch = z.object({
  'if-match': z
    .string()
    .regex(VERSION_TAG, 'must be an ETag that an answer had, “"<version>"”, or “*”')
    .transform(readVersionTag)
    .optional(),
});

/** Counts up with each change of what people may edit; `If-Match` compares it. */
export const ItemVersion = z.int().min(1);

import { childSlug, slugify } from '../../shared/domain/slug.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { findItem } from './find-item.ts';
import { fieldError } from './parse-form.ts';
import type { SeedCall } from './seed-route.ts';

/** Adds something; that its slug is taken is said of its name, and any other conflict of `otherField`. */
export async function creating<T>(
  call: SeedCall,
  { name, parent, otherField }: { name: string; parent?: string; otherField?: string },
  create: () => Promise<T>,
): Promise<T> {
  try {
    return await create();
  } catch (error) {
    if (!(error instanceof CrunchError) || error.code !== 'conflict') throw error;
    const slug = parent === undefined ? slugify(name) : childSlug(parent, name);
    const isTaken = await findItem(call, slug).then(
      () => true,
      () => false,
    );
    if (isTaken) throw fieldError('name', 'item with this name already exists.');
    throw otherField === undefined ? error : fieldError(otherField, error.message);
  }
}

import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The real path of a folder, or of the nearest one above it that exists. */
export async function nearestFolder(folder: string): Promise<string> {
  return realpath(folder).catch(() => nearestFolder(dirname(folder)));
}

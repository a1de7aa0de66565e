import { constants, existsSync } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isWithin } from '../is-within.ts';

/** Here Linux names what a process has open. */
const OPEN_FILES = '/proc/self/fd';

/**
 * Calls `use` with a path of `file` (a real path below `root`) that stays with the folder in which it was found, even
 * when somebody puts a symbolic link into the place of a folder meanwhile. Such a path there is on Linux; elsewhere it
 * is `file`. Throws `leadsOut()` when it happened just before.
 */
export async function withinFolder<T>(
  root: string,
  file: string,
  use: (path: string) => Promise<T>,
  leadsOut: () => Error,
): Promise<T> {
  if (!existsSync(OPEN_FILES)) return use(file);
  const handle = await open(dirname(file), constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    const held = `${OPEN_FILES}/${handle.fd}`;
    if (!isWithin(root, await realpath(held))) throw leadsOut();
    return await use(join(held, basename(file)));
  } finally {
    await handle.close();
  }
}

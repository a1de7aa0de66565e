import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../../platform/cache-folder.ts';
import { ensureVenv } from '../../platform/python-tools.ts';

/** To renew it: pip-compile --generate-hashes --no-header --no-annotate of this one requirement. */
const LOCK_FILE = fileURLToPath(new URL('schemathesis.lock', import.meta.url));

/** The path of Schemathesis, installed into Crunch's cache folder on first use. Throws `missing-tool`. */
export async function findSchemathesis(): Promise<string> {
  const programs = await ensureVenv({
    name: 'schemathesis',
    requirements: ['schemathesis==4.32.5'],
    lockFile: LOCK_FILE,
    cacheFolder: cacheFolder(),
  });
  return path.join(programs, 'schemathesis');
}

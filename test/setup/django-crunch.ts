import { cacheFolder } from '../../platform/cache-folder.ts';
import { ensureVenv } from '../../platform/python-tools.ts';

/** The last release, and what it needs to have in versions that it still works with. */
const REQUIREMENTS = ['django-crunch==0.1.12', 'click==8.1.8', 'numpy==1.26.4', 'pulp==2.7.0'];

/**
 * The folder of the programs of a Python environment with the package `django-crunch`: its client and its server. Throws
 * `missing-tool` when it can't be had.
 */
export async function installDjangoCrunch(): Promise<string> {
  // It refuses the later releases of the last Python that it runs on.
  const env = { ...process.env, PIP_IGNORE_REQUIRES_PYTHON: '1' };
  return ensureVenv({ name: 'django-crunch', requirements: REQUIREMENTS, cacheFolder: cacheFolder(), env });
}

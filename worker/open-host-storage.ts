import { access, constants } from 'node:fs/promises';
import type { HostConfig } from '../shared/contract/hosts.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { openStorage } from '../storage/open-storage.ts';
import { readStorageSettings } from '../storage/storage-settings.ts';
import type { Storage } from '../storage/storage.ts';

/**
 * Opens the storage for a host: by its own settings, else the server's folder where this computer has it too.
 * Throws CrunchError `storage-refused` when it is not to be reached from here.
 */
export async function openHostStorage(config: HostConfig, settingsFile: string | undefined): Promise<Storage> {
  if (settingsFile !== undefined) return openStorage(await readStorageSettings(settingsFile));
  if (config.storage.kind === 's3') {
    const message = `this server keeps its files in the bucket ${config.storage.bucket}`;
    throw new CrunchError('storage-refused', `${message}: give --storage-settings FILE with credentials for it`);
  }
  const { path } = config.storage;
  try {
    await access(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    const fix = 'start the host where that folder is, or give --storage-settings FILE';
    throw new CrunchError(
      'storage-refused',
      `this server keeps its files in its folder ${path}, which can't be used here: ${fix}`,
      {
        cause: error,
      },
    );
  }
  return openStorage({ kind: 'folder', path });
}

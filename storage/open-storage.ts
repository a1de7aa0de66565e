import { FolderStorage } from './folder-storage.ts';
import { S3Storage } from './s3-storage.ts';
import type { StorageSettings } from './storage-settings.ts';
import type { Storage } from './storage.ts';

/** Opens the storage that the settings name. Connects lazily: a wrong address shows at the first call. */
export function openStorage(settings: StorageSettings): Storage {
  return settings.kind === 's3' ? new S3Storage(settings) : new FolderStorage(settings.path);
}

import { readTemporalSettings } from '../../platform/temporal-settings.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { readStorageSettings } from '../../storage/storage-settings.ts';
import type { ServiceSettings } from '../../worker/open-services.ts';

/** Where the catalog and Temporal are, from the environment. Throws `invalid-input` with the variable that is missing. */
export function readSetUpSettings(env: NodeJS.ProcessEnv): Omit<ServiceSettings, 'storage'> {
  const databaseUrl = env['CRUNCH_DATABASE_URL'];
  if (!databaseUrl) throw missing('CRUNCH_DATABASE_URL', 'postgresql://user:password@host/database');
  return { databaseUrl, temporal: readTemporalSettings(env) };
}

/** Where all services are, from the environment. Throws `invalid-input` with the variable that is missing. */
export async function readServiceSettings(env: NodeJS.ProcessEnv): Promise<ServiceSettings> {
  const settingsFile = env['CRUNCH_STORAGE_SETTINGS'];
  if (!settingsFile) throw missing('CRUNCH_STORAGE_SETTINGS', 'the path of a file such as storage.toml');
  return { ...readSetUpSettings(env), storage: await readStorageSettings(settingsFile) };
}

function missing(name: string, example: string): CrunchError {
  return new CrunchError('invalid-input', `${name} is not set. Set it to ${example}, or use \`crunch up\`.`);
}

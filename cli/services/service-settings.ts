import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { readStorageSettings } from '../../storage/storage-settings.ts';
import type { ServiceSettings } from '../../worker/open-services.ts';
import { readSecretFile } from '../values/read-secret-file.ts';
import { readGuardedTemporal } from './read-guarded-temporal.ts';

/**
 * Where the catalog and Temporal are, from the environment. Throws `invalid-input` with the variable that is missing or
 * wrong, and for a Temporal that anybody in a network may use.
 */
export async function readSetUpSettings(env: NodeJS.ProcessEnv): Promise<Omit<ServiceSettings, 'storage'>> {
  return { databaseUrl: await readDatabaseUrl(env), temporal: readGuardedTemporal(env) };
}

/** Where all services are, from the environment. Throws as `readSetUpSettings` does. */
export async function readServiceSettings(env: NodeJS.ProcessEnv): Promise<ServiceSettings> {
  const settingsFile = env['CRUNCH_STORAGE_SETTINGS'];
  if (!settingsFile) throw missing('CRUNCH_STORAGE_SETTINGS', 'the path of a file such as storage.toml');
  return { ...(await readSetUpSettings(env)), storage: await readStorageSettings(settingsFile) };
}

/** With the password of its file. No message shows the address, which may hold a password. */
async function readDatabaseUrl(env: NodeJS.ProcessEnv): Promise<string> {
  const text = env['CRUNCH_DATABASE_URL'];
  if (!text) throw missing('CRUNCH_DATABASE_URL', DATABASE_EXAMPLE);
  if (!URL.canParse(text) || !/^postgres(ql)?:/.test(text)) {
    throw new CrunchError('invalid-input', `CRUNCH_DATABASE_URL is not of the form ${DATABASE_EXAMPLE}.`);
  }
  const url = new URL(text);
  const password = await readSecretFile(env, 'CRUNCH_DATABASE_PASSWORD_FILE');
  if (password !== undefined) url.password = encodeURIComponent(password);
  return url.href;
}

const DATABASE_EXAMPLE = 'postgresql://user:password@host/database';

function missing(name: string, example: string): CrunchError {
  return new CrunchError('invalid-input', `${name} is not set. Set it to ${example}, or use \`crunch up\`.`);
}

import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { parse as parseToml } from 'smol-toml';
import { z } from 'zod';
import { CrunchError } from '../shared/errors/crunch-error.ts';

const FolderSettings = z.strictObject({
  kind: z.literal('folder'),
  /** The root folder; hosts that share it see it at the same or another path. */
  path: z.string().min(1),
});

const S3Settings = z.strictObject({
  kind: z.literal('s3'),
  bucket: z.string().min(1),
  /** Everything lies below this prefix; with or without slashes at its ends. */
  prefix: z.string().default(''),
  region: z.string().min(1),
  /** Of a store other than Amazon's, such as `https://minio.example.org`. */
  endpoint: z.url({ protocol: /^https?$/ }).optional(),
  /** Puts the bucket into the path instead of the host name; what stores other than Amazon's mostly want. */
  forcePathStyle: z.boolean().optional(),
  /** Without them the AWS SDK's usual places are searched: environment, profile, instance role. */
  credentials: z
    .strictObject({
      accessKeyId: z.string().min(1),
      secretAccessKey: z.string().min(1),
      sessionToken: z.string().min(1).optional(),
    })
    .optional(),
});
export type S3Settings = z.output<typeof S3Settings>;

/** Where a storage is and how to get in. May hold credentials: never log it. */
export const StorageSettings = z.discriminatedUnion('kind', [FolderSettings, S3Settings]);
export type StorageSettings = z.output<typeof StorageSettings>;

/** What of settings nobody may read. */
export function secretsIn(settings: StorageSettings): (string | undefined)[] {
  if (settings.kind !== 's3') return [];
  return [settings.credentials?.secretAccessKey, settings.credentials?.sessionToken];
}

/**
 * Reads storage settings from a TOML file (by its ending) or a JSON file. Throws `not-found` or `invalid-input`; the
 * message names the file and the settings at fault but never shows a value, since a value may be a secret.
 */
export async function readStorageSettings(file: string): Promise<StorageSettings> {
  return checkSettings(file, await readSettings(file));
}

/** What a settings file holds, whatever that is. Throws as `readStorageSettings` does. */
export async function readSettings(file: string): Promise<unknown> {
  return parseSettings(file, await readSettingsText(file));
}

/** The settings that were read from a file. Throws `invalid-input`, without a value. */
export function checkSettings(file: string, settings: unknown): StorageSettings {
  const result = StorageSettings.safeParse(settings);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`);
  throw new CrunchError('invalid-input', `The storage settings in ${file} are not right. ${faults.join('; ')}.`);
}

async function readSettingsText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CrunchError('not-found', `The storage settings ${file} can't be read. Check the path.`, { cause: error });
  }
}

function parseSettings(file: string, text: string): unknown {
  const isToml = extname(file).toLowerCase() === '.toml';
  try {
    return isToml ? parseToml(text) : JSON.parse(text);
  } catch {
    // The parsers' messages quote the text, which may hold a secret.
    throw new CrunchError('invalid-input', `The storage settings ${file} are not valid ${isToml ? 'TOML' : 'JSON'}.`);
  }
}

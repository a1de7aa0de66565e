import { z } from 'zod';
import { checkSettings, readSettings, type StorageSettings } from './storage-settings.ts';

/** The settings of Django by which django-crunch reaches its storage. */
const DjangoSettings = z.object({
  MEDIA_ROOT: z.string().optional(),
  AWS_STORAGE_BUCKET_NAME: z.string().optional(),
  AWS_LOCATION: z.string().default(''),
  AWS_S3_REGION_NAME: z.string().default('us-east-1'),
  AWS_S3_ENDPOINT_URL: z.string().optional(),
  AWS_S3_ADDRESSING_STYLE: z.string().optional(),
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_S3_ACCESS_KEY_ID: z.string().optional(),
  AWS_SECRET_ACCESS_KEY: z.string().optional(),
  AWS_S3_SECRET_ACCESS_KEY: z.string().optional(),
  AWS_SESSION_TOKEN: z.string().optional(),
});

/** Reads a file with storage settings, or with those of Django that clients of django-crunch use. Throws as `readStorageSettings` does. */
export async function readDjangoStorageSettings(file: string): Promise<StorageSettings> {
  const settings = await readSettings(file);
  const django = DjangoSettings.safeParse(settings);
  if (!django.success) return checkSettings(file, settings);
  const { MEDIA_ROOT: path, AWS_STORAGE_BUCKET_NAME: bucket, ...it } = django.data;
  if (bucket !== undefined) {
    const accessKeyId = it.AWS_S3_ACCESS_KEY_ID ?? it.AWS_ACCESS_KEY_ID;
    const secretAccessKey = it.AWS_S3_SECRET_ACCESS_KEY ?? it.AWS_SECRET_ACCESS_KEY;
    return checkSettings(file, {
      ...{ kind: 's3', bucket, prefix: it.AWS_LOCATION, region: it.AWS_S3_REGION_NAME },
      endpoint: it.AWS_S3_ENDPOINT_URL,
      forcePathStyle: it.AWS_S3_ADDRESSING_STYLE === 'path' || undefined,
      credentials:
        accessKeyId === undefined ? undefined : { accessKeyId, secretAccessKey, sessionToken: it.AWS_SESSION_TOKEN },
    });
  }
  return checkSettings(file, path === undefined ? settings : { kind: 'folder', path });
}

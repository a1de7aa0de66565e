import { z } from 'zod';
import { CRUNCH_FOLDER } from '../../shared/domain/manifest.ts';
import type { CallOptions, Storage } from '../storage.ts';
import { readDocument } from './manifest-document.ts';

/**
 * What a lease is about to write, left in storage before the first result, so that the results of a run that never gets
 * published are not taken for inputs by the next one. The manifest of a later lease makes it void: that lease knew it.
 */
export const UploadIntent = z.object({
  /** Paths of results. */
  results: z.array(z.string()),
  /** Inputs that are about to be overwritten. */
  changed: z.array(
    z.object({
      path: z.string(),
      /** Of the file that replaces the input. */
      sizeBytes: z.number(),
      sha256: z.string(),
      originalSha256: z.string(),
      /** What storage calls the input before it is overwritten. */
      originalVersion: z.string(),
    }),
  ),
});
export type UploadIntent = z.output<typeof UploadIntent>;

const INTENTS_FOLDER = `${CRUNCH_FOLDER}/uploads`;

export function uploadIntentPath(runId: string, leaseNumber: number): string {
  return `${INTENTS_FOLDER}/${runId}-${leaseNumber}.json`;
}

/** The lease number of an intent by its path; undefined for any other path. */
export function leaseOfIntent(path: string): number | undefined {
  const match = /^(.+)\/[^/]+-(\d+)\.json$/.exec(path);
  return match?.[1] === INTENTS_FOLDER ? Number(match[2]) : undefined;
}

export async function readUploadIntent(
  storage: Storage,
  path: string,
  options: CallOptions,
): Promise<UploadIntent | undefined> {
  return (await readDocument(storage, path, UploadIntent, options))?.document;
}

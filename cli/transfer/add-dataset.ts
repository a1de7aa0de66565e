import type { CrunchClient } from '../../client/index.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { Terminal } from '../output/terminal.ts';
import { listLocalFiles } from './list-local-files.ts';
import { uploadFolder } from './upload-folder.ts';
import type { UploadSummary } from './upload-files.ts';

interface Addition {
  dataset: Omit<Parameters<CrunchClient['createDataset']>[0]['body'], 'queue'>;
  /** The folder with its files, when they are to be uploaded. */
  folder?: string;
  /** Queue it, after the last file is in place. */
  queue: boolean;
}

/**
 * Adds a dataset, uploads its files and queues it. A folder that can't be uploaded whole adds no dataset; an upload that
 * breaks off leaves a held draft, which the error names.
 */
export async function addDataset(
  terminal: Terminal,
  client: CrunchClient,
  { dataset, folder, queue }: Addition,
): Promise<{ slug: string } & Partial<UploadSummary>> {
  if (folder === undefined) {
    const { slug } = await client.createDataset({ body: { ...dataset, queue } });
    return { slug };
  }
  const files = await listLocalFiles(folder);
  // Held, so that no host takes it before all of its files are there, however the upload ends.
  const { slug } = await client.createDataset({ body: { ...dataset, held: true } });
  try {
    const summary = await uploadFolder(terminal, client, slug, files, { overwrite: false });
    if (queue) await queueDataset(client, slug);
    return { slug, ...summary };
  } catch (error) {
    throw explainDraft(error, slug, folder);
  }
}

/** Queues a draft. Throws what keeps it from that. */
export async function queueDataset(client: CrunchClient, slug: string): Promise<void> {
  const { refused } = await client.queueDatasets({ body: { datasets: [slug] } });
  for (const { code, reason } of refused) throw new CrunchError(code, `${slug} could not be queued: ${reason}.`);
}

function explainDraft(error: unknown, slug: string, folder: string): unknown {
  if (!(error instanceof CrunchError)) return error;
  const { code, message, fields } = error;
  const rest = `${slug} is a draft on hold now: go on with \`crunch upload ${slug} ${folder}\`, then \`crunch queue ${slug}\`.`;
  return new CrunchError(code, `${message} ${rest}`, { cause: error, fields });
}

import { createReadStream } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { CRUNCH_FOLDER } from '../../shared/domain/manifest.ts';
import { isMissing } from '../errno.ts';
import { MACHINE } from '../folder/process-mark.ts';
import { FileState } from './file-state.ts';

/** What storage held when the run began, and the inputs that are in the workspace: the base of the upload's diff. */
export const DOWNLOAD_RECORD = join(CRUNCH_FOLDER, 'inputs.jsonl');

/** What this workspace has sent to storage since. */
export const UPLOAD_RECORD = join(CRUNCH_FOLDER, 'uploads.jsonl');

const RemoteFile = z.object({
  /** Of what lay at the file's path in storage. */
  version: z.string(),
  sizeBytes: z.number(),
  sha256: z.string().optional(),
});

/** A file that was in storage when the run began. */
export const DownloadRecord = z.object({
  path: z.string(),
  remote: RemoteFile,
  /** For an input: its content, and the state of the file into which it was put. */
  input: z.object({ sha256: z.string(), sizeBytes: z.number(), state: FileState }).optional(),
});
export type DownloadRecord = z.output<typeof DownloadRecord>;

/** A file that is about to be sent (without a version), or was sent. */
export const UploadRecord = z.object({
  path: z.string(),
  sha256: z.string(),
  sizeBytes: z.number(),
  state: FileState,
  version: z.string().optional(),
});
export type UploadRecord = z.output<typeof UploadRecord>;

/** The first line of a record: after a crash of the machine, files may not hold what was written to them. */
const RecordHeader = z.object({ machine: z.string() });

/** A record that a crash can't spoil: one JSON line is appended for each file. */
export interface RecordWriter<T> {
  append(line: T): Promise<void>;
  close(): Promise<void>;
}

/** The lines of a record; a later line for a file replaces an earlier one. */
export interface WorkspaceRecord<T> {
  lines: Map<string, T>;
  /** Whether the machine has run without a break since. */
  isSameBoot: boolean;
}

/** Reads a record; undefined when there is none. A line that a crash cut off is left out. */
export async function readRecord<T extends { path: string }>(
  workspace: string,
  name: string,
  schema: z.ZodType<T>,
): Promise<WorkspaceRecord<T> | undefined> {
  const lines = new Map<string, T>();
  let machine: string | undefined;
  try {
    const stream = createReadStream(join(workspace, name));
    for await (const text of createInterface({ input: stream, crlfDelay: Infinity })) {
      const value = parseLine(text);
      if (machine === undefined) machine = RecordHeader.safeParse(value).data?.machine ?? '';
      const line = schema.safeParse(value).data;
      if (line) lines.set(line.path, line);
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  return { lines, isSameBoot: machine === MACHINE };
}

/** Starts a record, in the place of an older one, with the given lines. */
export async function startRecord<T>(workspace: string, name: string, lines: Iterable<T>): Promise<RecordWriter<T>> {
  const file = join(workspace, name);
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, 'w');
  await handle.appendFile(toText([{ machine: MACHINE }, ...lines]));
  return writerOf(handle);
}

function writerOf<T>(handle: FileHandle): RecordWriter<T> {
  return {
    append: (line) => handle.appendFile(toText([line])),
    close: () => handle.close(),
  };
}

function toText(lines: unknown[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

function parseLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

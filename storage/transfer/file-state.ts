import type { Stats } from 'node:fs';
import { z } from 'zod';

/** What changes when a file's content may have changed. Times are in milliseconds. */
export const FileState = z.object({
  sizeBytes: z.number(),
  modifiedMs: z.number(),
  /** Unlike the one before, no program can set this. */
  changedMs: z.number(),
  inode: z.number(),
});
export type FileState = z.output<typeof FileState>;

export function fileStateOf(stats: Stats): FileState {
  return { sizeBytes: stats.size, modifiedMs: stats.mtimeMs, changedMs: stats.ctimeMs, inode: stats.ino };
}

export function isSameState(one: FileState, other: FileState): boolean {
  return (
    one.sizeBytes === other.sizeBytes &&
    one.modifiedMs === other.modifiedMs &&
    one.changedMs === other.changedMs &&
    one.inode === other.inode
  );
}

import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { extract } from 'tar';
import type { WorkflowRef } from '../../shared/domain/processing.ts';
import type { Workspace } from './workspace.ts';

/** Puts the content of the user's workflow into the workspace and returns the path of its entry file. */
export async function layOutWorkflow(
  content: Buffer,
  { format, entry }: Pick<WorkflowRef, 'format' | 'entry'>,
  files: Workspace,
): Promise<string> {
  const folder = files.workflowFolder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  if (format === 'tar') await unpack(content, folder);
  else await writeFile(path.join(folder, entry), content);
  return path.join(folder, entry);
}

async function unpack(content: Buffer, folder: string): Promise<void> {
  const file = `${folder}.tar`;
  await writeFile(file, content);
  await extract({ file, cwd: folder, strict: true });
  await rm(file);
}

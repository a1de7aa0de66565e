import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { extract } from 'tar';
import type { WorkflowRef } from '../../shared/domain/processing.ts';
import type { ServerAccess } from './host-context.ts';
import type { Workspace } from './workspace.ts';

/** Puts the user's workflow into the workspace and returns the path of its entry file. */
export async function layOutWorkflow(
  server: ServerAccess,
  { sha256, format, entry }: WorkflowRef,
  files: Workspace,
): Promise<string> {
  const folder = files.workflowFolder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const content = await server.readWorkflow(sha256);
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

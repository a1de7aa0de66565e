import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar';
import type { WorkflowRef } from '../../shared/domain/processing.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { ServerAccess } from './host-context.ts';
import type { Workspace } from './workspace.ts';

/**
 * Puts the user's workflow into the workspace and returns the path of its entry file. Text that runs on hosts is
 * checked first: content that isn't what the run names is refused with CrunchError `source-unavailable`.
 */
export async function layOutWorkflow(
  server: ServerAccess,
  workflow: WorkflowRef,
  files: Workspace,
  signal: AbortSignal,
): Promise<string> {
  const folder = files.workflowFolder;
  const content = path.join(files.folder, '.crunch', 'workflow.part');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await fetchVerified(server, workflow.sha256, content, signal);
  const entry = path.join(folder, workflow.entry);
  if (workflow.format === 'tar') {
    await extract({ file: content, cwd: folder, strict: true });
    await rm(content);
  } else {
    await rename(content, entry);
  }
  return entry;
}

async function fetchVerified(server: ServerAccess, sha256: string, file: string, signal: AbortSignal): Promise<void> {
  const hash = createHash('sha256');
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(await server.readWorkflow(sha256), hashing, createWriteStream(file), { signal });
  const actual = hash.digest('hex');
  if (actual === sha256) return;
  await rm(file, { force: true });
  const message = `the server sent another workflow than the run names: expected SHA-256 ${sha256}, got ${actual}`;
  throw new CrunchError('source-unavailable', message);
}

import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import type { WorkflowSource } from '../../shared/contract/projects.ts';
import { wordsOf } from '../output/explain-system-error.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';

const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Makes a workflow source of what a person typed: `-` (a text on standard input), `https://…` (fetched by the server),
 * `git+https://host/repository.git@REVISION#path`, or else a file, whose text is sent.
 * Throws `invalid-input` for a source that can't be read or understood.
 */
export async function readWorkflowSource(given: string): Promise<WorkflowSource> {
  if (given === '-') return { kind: 'text', text: checkText(await readAll(process.stdin), 'standard input') };
  if (given.startsWith('git+')) return parseRepository(given);
  if (/^https?:\/\//.test(given)) return { kind: 'url', url: given };
  const fileName = basename(given);
  return {
    kind: 'text',
    text: checkText(await readWorkflowFile(given), given),
    // A name that can't be used in a workspace is left for the server to choose.
    ...(/^\w[\w.-]{0,100}$/.test(fileName) && { fileName }),
  };
}

function parseRepository(given: string): WorkflowSource {
  const [, url, revision, path] = /^git\+(.+)@([^@#]+)#(.+)$/.exec(given) ?? [];
  if (url === undefined || revision === undefined || path === undefined) {
    throw new CrunchError(
      'invalid-input',
      `“${given}” lacks a part. A repository is written git+https://host/repository.git@REVISION#path/of/workflow.`,
    );
  }
  return { kind: 'repository', url, revision, path };
}

async function readWorkflowFile(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) throw tooLarge(path);
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof CrunchError) throw error;
    throw new CrunchError('invalid-input', `Cannot read the workflow ${path}: ${wordsOf(error)}.`, { cause: error });
  }
}

function checkText(text: string, origin: string): string {
  if (text.trim() === '') throw new CrunchError('invalid-input', `The workflow in ${origin} is empty.`);
  if (Buffer.byteLength(text) > MAX_BYTES) throw tooLarge(origin);
  return text;
}

function tooLarge(origin: string): CrunchError {
  return new CrunchError('invalid-input', `The workflow in ${origin} is larger than 4 MiB. Put it into a repository.`);
}

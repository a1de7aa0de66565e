import { createHash } from 'node:crypto';
import { WorkflowSource } from '../shared/contract/projects.ts';
import { guessEngine, type Engine } from '../shared/domain/engine.ts';
import type { JsonObject } from '../shared/domain/json.ts';
import type { WorkflowRef } from '../shared/domain/processing.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { fetchRepository } from './fetch-repository.ts';
import { fetchGuarded } from './guarded-fetch.ts';

/** As much as a workflow that is given as text may have. */
const MOST_TEXT_BYTES = 4 * 1024 * 1024;

/** A workflow's bytes, and what they tell. */
export interface FetchedWorkflow extends WorkflowRef {
  content: Buffer;
  /** What the entry file looks like it is made for. */
  guessedEngine: Engine;
  /** Of a repository: what the revision meant. */
  commit?: string;
}

interface FetchOptions {
  /** Hosts that may be named though they lie in a private network. */
  allow: readonly string[];
}

/** Takes what the catalog keeps of a source. Throws `invalid-input` for what can't be fetched, such as a text. */
export function parseWorkflowSource(source: JsonObject): WorkflowSource {
  const { commit: _, ...given } = source;
  const parsed = WorkflowSource.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new CrunchError(
    'invalid-input',
    'The workflow’s source can’t be fetched. Give the project its workflow again.',
  );
}

/**
 * Fetches a workflow from where its owner says it is. Throws `invalid-input` for a forbidden or malformed source,
 * `too-large`, and `source-unavailable` for one that can't be reached now.
 */
export async function fetchWorkflowSource(source: WorkflowSource, { allow }: FetchOptions): Promise<FetchedWorkflow> {
  switch (source.kind) {
    case 'text': {
      const engine = guessEngine(source.fileName ?? '', source.text);
      const entry = source.fileName ?? (engine === 'script' ? 'workflow.sh' : 'Snakefile');
      return describe('text', entry, Buffer.from(source.text), source.text);
    }
    case 'url': {
      const content = await fetchGuarded(source.url, { allow, maxBytes: MOST_TEXT_BYTES });
      return describe('text', fileNameOf(source.url), content, content.toString());
    }
    case 'repository': {
      const { tar, entryText, commit } = await fetchRepository(source, { allow });
      return { ...describe('tar', source.path, tar, entryText), commit };
    }
  }
}

function describe(format: 'text' | 'tar', entry: string, content: Buffer, text: string): FetchedWorkflow {
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { format, entry, sha256, content, guessedEngine: guessEngine(entry, text) };
}

/** The last part of a URL's path where that can name a file. */
function fileNameOf(url: string): string {
  const name = new URL(url).pathname.split('/').at(-1) ?? '';
  return /^\w[\w.-]{0,100}$/.test(name) ? name : 'workflow';
}

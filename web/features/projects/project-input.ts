import {
  NewProject,
  type Project,
  type ProjectChange,
  type WorkflowSource,
} from '../../../shared/contract/projects.ts';
import type { z } from 'zod';
import { guessEngine, type Engine } from '../../../shared/domain/engine.ts';
import { keyFault, readParameters, writeParameters, type ParameterInput } from './parameter-input.ts';

/** `none` gives no workflow: there is none yet, or the one that is there stays. */
export interface ProjectInput {
  name: string;
  description: string;
  details: string;
  source: 'text' | 'url' | 'none';
  text: string;
  fileName: string;
  url: string;
  engine: Engine | '';
  parameters: ParameterInput[];
  pool: string;
  maxRunning: string;
}

export const EMPTY_PROJECT: ProjectInput = {
  ...{ name: '', description: '', details: '' },
  ...{ source: 'text', text: '', fileName: '', url: '', engine: '' },
  ...{ parameters: [], pool: '', maxRunning: '' },
};

/** A project as the form begins with it; `text` is its workflow's, null for one that is none. */
export function writeProject(project: Project, text: string | null): ProjectInput {
  const { name, description, details, workflow, engine, parameters, pool, maxRunning } = project;
  const { kind, url, fileName } = workflow?.source ?? {};
  return {
    ...{ name, description, details },
    source: kind === 'url' ? 'url' : text === null ? 'none' : 'text',
    text: kind === 'url' ? '' : (text ?? ''),
    fileName: typeof fileName === 'string' ? fileName : '',
    url: kind === 'url' && typeof url === 'string' ? url : '',
    engine: engine ?? '',
    parameters: writeParameters(parameters),
    pool: pool ?? '',
    maxRunning: maxRunning === null ? '' : String(maxRunning),
  };
}

/** The engine that was chosen, else the one that the workflow looks made for; undefined for no workflow. */
export function engineOf({ engine, source, text, fileName, url }: ProjectInput): Engine | undefined {
  if (engine !== '') return engine;
  if (source === 'url') return url === '' ? undefined : guessEngine(URL.canParse(url) ? new URL(url).pathname : url);
  return source === 'none' || text.trim() === '' ? undefined : guessEngine(fileName, text);
}

/** What the form holds, as the server takes it. */
export function readProject(input: ProjectInput): z.input<typeof NewProject> {
  const { name, description, details, parameters, pool, maxRunning } = input;
  const workflow = readSource(input);
  const engine = engineOf(input);
  return {
    ...{ name, description, details },
    ...(workflow && { workflow }),
    ...(engine && { engine }),
    parameters: readParameters(parameters),
    pool: pool.trim() === '' ? null : pool.trim(),
    maxRunning: maxRunning.trim() === '' ? null : Number(maxRunning),
  };
}

/** What of the form is other than it was before, as the server takes it. */
export function readProjectChange(before: ProjectInput, input: ProjectInput): ProjectChange {
  const old: Record<string, unknown> = readProject(before);
  const changed = Object.entries(readProject(input)).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(old[field]),
  );
  return Object.fromEntries(changed) as ProjectChange;
}

function readSource({ source, text, fileName, url }: ProjectInput): WorkflowSource | undefined {
  if (source === 'none') return undefined;
  if (source === 'url') return { kind: 'url', url };
  return { kind: 'text', text, ...(fileName !== '' && { fileName }) };
}

/** Faults by field of the form, in the contract's own words. */
export function projectFaults(input: ProjectInput): Record<string, string> {
  const faults: Record<string, string> = {};
  if (input.source === 'text' && input.text.trim() === '') faults['text'] = 'Give the workflow, or choose “Later”';
  if (input.source === 'url' && !/^https?:\/\/./.test(input.url)) faults['url'] = 'Must begin with https://';
  if (!/^\s*(|[1-9]\d{0,8})\s*$/.test(input.maxRunning)) faults['maxRunning'] = 'must be a whole number, at least 1';
  if (!/^\s*(|[a-z0-9][a-z0-9-]{0,62})\s*$/.test(input.pool)) faults['pool'] = 'must be a word of a-z, 0-9 and -';
  for (const row of input.parameters.keys()) {
    const fault = keyFault(input.parameters, row);
    if (fault !== null) faults[`parameters.${row}.key`] = fault;
  }
  for (const { path, message } of NewProject.safeParse(readProject(input)).error?.issues ?? []) {
    const field = String(path.at(-1));
    if (field in input) faults[field] ??= message;
  }
  return faults;
}

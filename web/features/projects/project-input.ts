import type { z } from 'zod';
import { NewProject, type WorkflowSource } from '../../../shared/contract/projects.ts';
import { guessEngine, type Engine } from '../../../shared/domain/engine.ts';

export const EMPTY_PROJECT = {
  name: '',
  description: '',
  source: 'text' as 'text' | 'url' | 'none',
  text: '',
  fileName: '',
  url: '',
  engine: '' as Engine | '',
};
type ProjectInput = typeof EMPTY_PROJECT;

/** The engine that was chosen, else the one that the workflow looks made for. */
export function engineOf({ engine, source, text, fileName, url }: ProjectInput): Engine {
  if (engine !== '') return engine;
  return source === 'url' ? guessEngine(URL.canParse(url) ? new URL(url).pathname : url) : guessEngine(fileName, text);
}

/** What the form holds, as the server takes it. */
export function readProject(input: ProjectInput): z.input<typeof NewProject> {
  const workflow = readSource(input);
  const { name, description } = input;
  return { name, description, ...(workflow && { workflow, engine: engineOf(input) }) };
}

function readSource({ source, text, fileName, url }: ProjectInput): WorkflowSource | undefined {
  if (source === 'none') return undefined;
  if (source === 'url') return { kind: 'url', url };
  return { kind: 'text', text, ...(fileName !== '' && { fileName }) };
}

/** Faults by field of the form, in the contract's own words. */
export function projectFaults(input: ProjectInput): Partial<Record<keyof ProjectInput, string>> {
  const faults: Partial<Record<keyof ProjectInput, string>> = {};
  if (input.source === 'text' && input.text.trim() === '') faults.text = 'Give the workflow, or choose “Later”';
  if (input.source === 'url' && !/^https?:\/\/./.test(input.url)) faults.url = 'Must begin with https://';
  for (const { path, message } of NewProject.safeParse(readProject(input)).error?.issues ?? []) {
    const field = path.at(-1) as keyof ProjectInput;
    if (field in input) faults[field] ??= message;
  }
  return faults;
}

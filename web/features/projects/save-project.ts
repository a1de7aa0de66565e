import type { Project } from '../../../shared/contract/projects.ts';
import { crunch } from '../../connection/crunch.ts';
import { readProject, readProjectChange, type ProjectInput } from './project-input.ts';

export function addProject(input: ProjectInput): Promise<Project> {
  return crunch.createProject({ body: readProject(input) });
}

/** Sends only what is other than `before`: a workflow that is sent again may be fetched again. */
export function changeProject(slug: string, before: ProjectInput, input: ProjectInput): Promise<Project> {
  return crunch.changeProject({ params: { slug }, body: readProjectChange(before, input) });
}

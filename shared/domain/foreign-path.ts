import { projectFolder } from './slug.ts';

/** Whether files that lie there are outside of the folder that is the project's own. */
export function isForeignPath(project: string, path: string): boolean {
  return !path.startsWith(projectFolder(project));
}

/** Why most may not give a dataset such a path, as a sentence. */
export function explainForeignPath(project: string): string {
  return `Only an admin may give a path that doesn’t begin with ${projectFolder(project)}.`;
}

import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Json } from '../../shared/domain/json.ts';
import { CRUNCH_FOLDER, LOGS_FOLDER } from '../../shared/domain/manifest.ts';
import { workspaceName } from '../../shared/domain/slug.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';

/** The local folder of a dataset on a host: the dataset's files, and Crunch's own below `.crunch/`. */
export class Workspace {
  readonly folder: string;

  constructor(directory: string, slug: string) {
    this.folder = path.join(directory, workspaceName(slug));
  }

  /** Where the user's workflow is laid out. */
  get workflowFolder(): string {
    return path.join(this.folder, CRUNCH_FOLDER, 'workflow');
  }

  get parametersFile(): string {
    return path.join(this.folder, CRUNCH_FOLDER, 'parameters.json');
  }

  /** What an engine keeps between runs, out of the way of results. */
  engineFolder(name: string): string {
    return path.join(this.folder, CRUNCH_FOLDER, 'engine', name);
  }

  /** A path inside the workspace. Throws CrunchError `invalid-input` for one that leads out of it. */
  resolve(relative: string): string {
    const absolute = path.resolve(this.folder, relative);
    if (absolute === this.folder || absolute.startsWith(this.folder + path.sep)) return absolute;
    throw new CrunchError('invalid-input', `${relative} is outside the workspace`);
  }

  logFile(stage: string): string {
    return path.join(this.folder, LOGS_FOLDER, `${stage}.log`);
  }

  async create(): Promise<void> {
    await mkdir(path.join(this.folder, LOGS_FOLDER), { recursive: true });
  }

  /** Writes a file such as `dataset.json` for the user's workflow to read. */
  async writeJson(name: string, value: Json): Promise<void> {
    await writeFile(path.join(this.folder, CRUNCH_FOLDER, name), `${JSON.stringify(value, null, 2)}\n`);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

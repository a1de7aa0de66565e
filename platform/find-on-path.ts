import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';

/** The first executable file of that name in the folders of PATH. */
export async function findOnPath(name: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of (environment.PATH ?? '').split(path.delimiter)) {
    const file = path.join(folder, name);
    // An empty entry means the current folder, which is no place to look for programs.
    if (folder !== '' && (await isExecutableFile(file))) return file;
  }
  return undefined;
}

/** Whether the file, or what it links to, is there and may be executed. */
export async function isExecutableFile(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

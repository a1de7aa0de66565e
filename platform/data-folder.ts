import { homedir } from 'node:os';
import path from 'node:path';

/** Where `crunch up` keeps its data unless it is told otherwise: `${XDG_DATA_HOME:-~/.local/share}/crunch`. */
export function dataFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return path.join(environment.XDG_DATA_HOME || path.join(homedir(), '.local', 'share'), 'crunch');
}

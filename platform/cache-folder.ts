import { homedir } from 'node:os';
import path from 'node:path';

/** Where tools that Crunch installs are kept for later: `${XDG_CACHE_HOME:-~/.cache}/crunch`. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return path.join(environment.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'crunch');
}

import { sep } from 'node:path';

/** Whether a real path is `root` or lies below it. */
export function isWithin(root: string, realPath: string): boolean {
  return realPath === root || realPath.startsWith(root.endsWith(sep) ? root : root + sep);
}

import { readdir, readlink, rm } from 'node:fs/promises';
import path from 'node:path';

/**
 * Removes the file by which a server marks its folder as in use, when no process works there. A killed server leaves
 * the file behind, and its process id may belong to any other program by now, for which PostgreSQL would refuse to
 * start for ever. Where processes can't be looked at this way, PostgreSQL's own check is left to decide.
 */
export async function removeStaleMark(clusterFolder: string): Promise<void> {
  if (process.platform !== 'linux' || (await isWorkedIn(clusterFolder))) return;
  await rm(path.join(clusterFolder, 'postmaster.pid'), { force: true });
}

/** Every process of a server has its folder as the working directory. */
async function isWorkedIn(folder: string): Promise<boolean> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const folders = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => undefined)));
  return folders.includes(folder);
}

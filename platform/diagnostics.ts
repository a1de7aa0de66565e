import { statfs } from 'node:fs/promises';
import os from 'node:os';
import type { Diagnostics } from '../shared/domain/diagnostics.ts';
import { readVersion } from './version.ts';

type Constant = Omit<Diagnostics, 'memoryTotal' | 'memoryFree' | 'diskTotal' | 'diskFree'>;

let constant: Constant | undefined;

/** What this computer tells about itself; disk figures are of the file system that holds `directory`. */
export async function readDiagnostics(directory: string): Promise<Diagnostics> {
  constant ??= readConstantPart();
  const disk = await statfs(directory).catch(() => undefined);
  return {
    ...constant,
    memoryTotal: os.totalmem(),
    memoryFree: os.freemem(),
    diskTotal: disk ? disk.blocks * disk.bsize : null,
    diskFree: disk ? disk.bavail * disk.bsize : null,
  };
}

function readConstantPart(): Constant {
  const network = Object.values(os.networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4');
  return {
    agentUser: readUser(),
    version: readVersion(),
    revision: process.env.CRUNCH_REVISION ?? '',
    system: os.type(),
    systemRelease: os.release(),
    systemVersion: os.version(),
    machine: os.machine(),
    hostname: os.hostname(),
    ipAddress: network?.address ?? '',
    macAddress: network?.mac ?? '',
  };
}

/** An account without a name, as containers have, is shown by its number. */
function readUser(): string {
  try {
    return os.userInfo().username;
  } catch {
    return String(process.getuid?.() ?? '');
  }
}

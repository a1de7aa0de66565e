import { freemem, totalmem } from 'node:os';
import { createClient } from '../../client/index.ts';
import { connectTemporalClient } from '../../platform/temporal-connection.ts';
import { readTemporalSettings } from '../../platform/temporal-settings.ts';
import { proveUsable } from '../../platform/usable-folder.ts';
import { readVersion } from '../../platform/version.ts';
import type { HostConfig } from '../../shared/contract/hosts.ts';
import { PROTOCOL_VERSION } from '../../shared/domain/protocol.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { readFreeBytes } from '../../worker/find-refusal.ts';
import { findStorageRoute, type StorageSearch } from '../../worker/find-storage-route.ts';
import { resolveServer, type ServerOptions } from '../connection/resolve-server.ts';
import { formatSize } from '../../shared/domain/format-size.ts';
import { nearestFolder } from '../transfer/nearest-folder.ts';
import type { Checklist } from './checklist.ts';
import { checkTools } from './check-tools.ts';

export interface Examination {
  server: ServerOptions;
  /** Where a host would keep its workspaces. */
  directory: string;
  storageSettingsFile?: string;
  env: NodeJS.ProcessEnv;
}

/** Beyond it, stores refuse signatures and times stop making sense. */
const CLOCK_TOLERANCE_MS = 60_000;

/** Checks what a host on this computer needs. What can't be checked because something before it failed is left out. */
export async function examine(list: Checklist, examination: Examination): Promise<void> {
  const config = await examineServer(list, examination);
  if (config !== undefined) await examineSurroundings(list, config, examination);
  await list.check('disk', () => compareDisk(examination.directory, config?.freeBytes ?? 0));
  list.add({ name: 'memory', state: 'ok', note: `${formatSize(freemem())} free of ${formatSize(totalmem())}` });
  for (const finding of await checkTools(examination.env)) list.add(finding);
}

async function examineServer(list: Checklist, { server, env }: Examination): Promise<HostConfig | undefined> {
  const address = await list.check('address', async () => {
    const found = await resolveServer(server, env);
    return { found, note: found.url };
  });
  if (address === undefined) return undefined;
  const client = createClient(address);
  const health = await list.check('server', async () => {
    const found = await client.getHealth();
    return { found, note: `ready, version ${found.version}` };
  });
  if (health === undefined) return undefined;
  const caller = await list.check('token', async () => {
    const found = await client.getCaller();
    return { found, note: `${found.name}, scope ${found.scope}` };
  });
  if (caller === undefined) return undefined;
  if (caller.scope !== 'host' && caller.scope !== 'admin') {
    const note = 'this token is not for hosts: what a host needs of the server was not checked';
    list.add({ name: 'host access', state: 'warning', note });
    return undefined;
  }
  const askedMs = Date.now();
  const config = await list.check('version', async () => {
    const found = await client.getHostConfig();
    return { found, note: compareVersions(found) };
  });
  const answeredMs = Date.now();
  if (config === undefined) return undefined;
  await list.check('clock', async () => {
    // The server looked at its clock in the middle of the call, as far as one can know.
    return { found: true, note: compareClocks((askedMs + answeredMs) / 2, Date.parse(config.now)) };
  });
  return config;
}

async function examineSurroundings(list: Checklist, config: HostConfig, examination: Examination): Promise<void> {
  await list.check('Temporal', async () => {
    const settings = readTemporalSettings(examination.env, config.temporal);
    const { connection } = await connectTemporalClient(settings);
    await connection.close();
    return { found: true, note: `${settings.address}, namespace ${settings.namespace}` };
  });
  await list.check('storage', async () => {
    const { url, token } = await resolveServer(examination.server, examination.env);
    const note = await tryStorage({ config, settingsFile: examination.storageSettingsFile, url, token });
    return { found: true, note };
  });
}

async function tryStorage(search: StorageSearch): Promise<string> {
  const route = await findStorageRoute(search);
  if (route.kind === 'server') {
    return route.reachesStore ? 'the server’s store, by requests that the server signs' : 'through the server';
  }
  const { storage } = route;
  try {
    await storage.list('')[Symbol.asyncIterator]().next();
    return storage.location;
  } finally {
    await storage.close();
  }
}

function compareVersions({ protocol, serverVersion }: HostConfig): string {
  if (protocol === PROTOCOL_VERSION) {
    return `${readVersion()} here, ${serverVersion} on the server, protocol ${protocol}`;
  }
  const message = `This computer speaks protocol ${PROTOCOL_VERSION}, the server ${protocol}.`;
  throw new CrunchError('host-cannot', `${message} Install crunch ${serverVersion} here.`);
}

function compareClocks(hereMs: number, serverMs: number): string {
  const seconds = Math.round((hereMs - serverMs) / 1000);
  if (seconds === 0) return 'agrees with the server';
  const note = `${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} the server`;
  if (Math.abs(hereMs - serverMs) <= CLOCK_TOLERANCE_MS) return note;
  throw new CrunchError('host-cannot', `The clock of this computer is ${note}. Set it, best by NTP.`);
}

/** What a host would make of its folder, so far as that exists. */
async function compareDisk(directory: string, neededBytes: number): Promise<{ found: number; note: string }> {
  const folder = await nearestFolder(directory);
  await proveUsable(folder);
  const found = await readFreeBytes(folder);
  const note = `${formatSize(found)} free in ${directory}`;
  if (found >= neededBytes) return { found, note };
  throw new CrunchError('host-disk-full', `${note}, the server asks for ${formatSize(neededBytes)}. Make room.`);
}

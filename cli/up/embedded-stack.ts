import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../platform/cache-folder.ts';
import { lockFolder } from '../../platform/lock-folder.ts';
import { startPostgres } from '../../platform/embedded/postgres.ts';
import { resolveTemporalBinary } from '../../platform/embedded/resolve-temporal-binary.ts';
import { LOOPBACK } from '../../platform/embedded/temporal-arguments.ts';
import { startTemporalServer, type RunningTemporal } from '../../platform/embedded/temporal-server.ts';
import { forwardPort } from '../../platform/forward-port.ts';
import { installTemporalRuntime } from '../../platform/install-temporal-runtime.ts';
import type { Logger } from '../../platform/logger.ts';
import { makeUsableFolder } from '../../platform/usable-folder.ts';
import { setUp } from '../../worker/set-up.ts';
import { keepAdminAccount, type AdminAccount } from '../../api/auth/keep-admin-account.ts';
import { keepAdminToken } from '../../api/auth/keep-admin-token.ts';
import { openServices, type ServiceSettings } from '../../worker/open-services.ts';
import type { RunningParts } from '../services/running-parts.ts';
import type { ServerPolicy } from '../services/server-policy.ts';
import { startApi } from '../services/start-api.ts';
import { startControl } from '../services/start-control.ts';
import { advertisedAddress, urlHost } from './advertised-address.ts';
import { choosePorts, type StackPorts } from './choose-ports.ts';

export interface StackOptions {
  /** Holds everything that has to stay: catalog, executions, files, the token, the first password. */
  dataFolder: string;
  /** The address on which API, Temporal and its web UI listen; PostgreSQL never listens to others. */
  listen: string;
  ports: Partial<StackPorts>;
  policy: ServerPolicy;
  logger: Logger;
  env: NodeJS.ProcessEnv;
  /** Told what is being done, one short sentence each. */
  onProgress(message: string): void;
}

/** Where a running stack is. */
export interface StackPlaces {
  url: string;
  docs: string;
  /** `host:port`. */
  temporal: string;
  temporalUi: string;
  data: string;
  /** Holds the token of the person who runs it. */
  tokenFile: string;
  token: string;
  /** With what the person who runs it signs in with a browser. */
  admin: AdminAccount;
  /** Holds the first password of that account. */
  passwordFile: string;
}

/**
 * Starts all of Crunch over one data folder: PostgreSQL, Temporal, the API over a storage folder, and a control worker.
 * Each part is added to `parts`, which stops them. Throws `already-running` for a folder that another stack uses, and
 * `port-taken`; what was started by then is in `parts`.
 */
export async function startEmbeddedStack(parts: RunningParts, options: StackOptions): Promise<StackPlaces> {
  const { dataFolder, listen, policy, logger, onProgress } = options;
  await takeDataFolder(parts, dataFolder);
  const ports = await choosePorts(options.ports, join(dataFolder, 'ports.json'), listen);
  const settings = await startServices(parts, options, ports);
  onProgress('preparing the catalog and Temporal');
  await setUp(settings);
  const services = await openServices(settings);
  parts.add({ name: 'connections', stop: () => services.close() });
  const tokenFile = join(dataFolder, 'admin-token');
  const token = await keepAdminToken(services.catalog, tokenFile, { name: 'crunch up' });
  const passwordFile = join(dataFolder, 'admin-password');
  const admin = await keepAdminAccount(services.catalog, passwordFile);

  onProgress('starting the control worker and the API');
  parts.add({ name: 'Temporal’s library', stop: installTemporalRuntime(logger) });
  const control = await startControl({ services, settings, policy, logger });
  parts.add({ name: 'the control worker', ended: control.stopped, stop: () => control.stop() });
  const host = urlHost(advertisedAddress(listen));
  const temporal = `${host}:${ports.temporal}`;
  const temporalUi = `http://${host}:${ports.temporalUi}`;
  const api = await startApi({
    ...{ services, settings, policy, logger, temporalUi },
    host: listen,
    port: ports.api,
    temporalAddress: temporal,
  });
  parts.add({ name: 'the API', stop: () => api.stop() });
  const url = `http://${host}:${api.port}`;
  const places = { url, docs: `${url}/api/docs`, temporal, temporalUi, data: dataFolder };
  return { ...places, tokenFile, token, admin, passwordFile };
}

async function takeDataFolder(parts: RunningParts, folder: string): Promise<void> {
  // Root's PostgreSQL runs as another account, which has to pass through; what is private has a folder of its own.
  await makePrivateFolder(folder, process.getuid?.() === 0 ? 0o711 : 0o700);
  const lock = await lockFolder(folder);
  parts.add({ name: 'the data folder', stop: () => lock.release() });
}

async function startServices(parts: RunningParts, options: StackOptions, ports: StackPorts): Promise<ServiceSettings> {
  const path = join(options.dataFolder, 'storage');
  await makePrivateFolder(path);
  const [databaseUrl, temporal] = await settleAll([
    startDatabase(parts, options),
    startTemporal(parts, options, ports),
  ]);
  return {
    databaseUrl,
    temporal: { address: temporal.address, namespace: 'default' },
    storage: { kind: 'folder', path },
  };
}

async function startDatabase(parts: RunningParts, { dataFolder, onProgress }: StackOptions): Promise<string> {
  onProgress('starting the database');
  const postgres = await startPostgres({ dataFolder: join(dataFolder, 'postgres'), onProgress });
  parts.add({ name: 'PostgreSQL', pid: postgres.pid, ended: postgres.exited, stop: () => postgres.stop() });
  const url = new URL(postgres.url);
  url.pathname = '/crunch';
  return url.href;
}

async function startTemporal(parts: RunningParts, options: StackOptions, ports: StackPorts): Promise<RunningTemporal> {
  const { listen, env, onProgress } = options;
  onProgress('starting Temporal');
  const folder = join(options.dataFolder, 'temporal');
  await makePrivateFolder(folder);
  const binary = await resolveTemporalBinary({ environment: env, cacheFolder: cacheFolder(env), onProgress });
  const temporal = await startTemporalServer({
    binary,
    databaseFile: join(folder, 'temporal.db'),
    logFile: join(folder, 'temporal.log'),
    ...(listen === LOOPBACK ? { port: ports.temporal, uiPort: ports.temporalUi } : {}),
  });
  parts.add({ name: 'Temporal', pid: temporal.pid, ended: temporal.exited, stop: () => temporal.stop() });
  if (listen !== LOOPBACK) await openTemporal(parts, temporal, listen, ports);
  return temporal;
}

/** Only what hosts and people use is opened to the network; what Temporal's parts say to each other stays here. */
async function openTemporal(parts: RunningParts, temporal: RunningTemporal, address: string, ports: StackPorts) {
  const doors = [
    { name: 'the way to Temporal', from: ports.temporal, to: temporal.port },
    { name: 'the way to Temporal’s web UI', from: ports.temporalUi, to: temporal.uiPort },
  ];
  for (const { name, from, to } of doors) {
    const forwarder = await forwardPort({ address, port: from }, { address: LOOPBACK, port: to });
    parts.add({ name, stop: () => forwarder.stop() });
  }
}

/** Nobody else may look into it, also when it was there before. */
async function makePrivateFolder(folder: string, mode = 0o700): Promise<void> {
  await makeUsableFolder(folder, mode);
  await chmod(folder, mode);
}

/** Waits for all, also when one fails: what the others start must not be left behind. Throws the first failure. */
async function settleAll<A, B>(work: [Promise<A>, Promise<B>]): Promise<[A, B]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

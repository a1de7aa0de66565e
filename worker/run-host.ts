import { randomBytes } from 'node:crypto';
import { access, constants } from 'node:fs/promises';
import { createClient, type CrunchClient } from '../client/index.ts';
import { readDiagnostics } from '../platform/diagnostics.ts';
import { lockFolder } from '../platform/lock-folder.ts';
import { readTemporalSettings } from '../platform/temporal-settings.ts';
import { connectTemporalWorker } from '../platform/temporal-worker-connection.ts';
import { makeUsableFolder } from '../platform/usable-folder.ts';
import { readVersion } from '../platform/version.ts';
import type { HostConfig, HostRegistration } from '../shared/contract/hosts.ts';
import { ENGINES } from '../shared/domain/engine.ts';
import { PROTOCOL_VERSION } from '../shared/domain/protocol.ts';
import { BUILT_IN_STAGES } from '../shared/domain/stage.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { loadStages } from '../stages/load-stages.ts';
import { assembleHost, slotsOf, type AssembledHost } from './assemble-host.ts';
import { collectSecrets } from './collect-secrets.ts';
import { DiskWatch } from './disk-watch.ts';
import { isEndless, type HostOptions } from './host-options.ts';
import { HostPresence } from './host-presence.ts';
import { listenForSignals } from './host-signals.ts';
import { HostWorkers } from './host-workers.ts';
import { openHostStorage } from './open-host-storage.ts';
import { queueWork } from './queue-work.ts';
import { ServerContact } from './server-contact.ts';
import { waitForWorkToEnd } from './wait-for-work-to-end.ts';

/**
 * Makes this process a host: it takes datasets and works on them until its mode is fulfilled or somebody ends it by
 * signals. Throws CrunchError when it can't start, such as `already-running` for a directory that another host uses.
 */
export async function runHost(options: HostOptions): Promise<void> {
  const client = createClient({ url: options.url, token: options.token });
  const config = await client.getHostConfig();
  checkProtocol(config);
  await checkWorkflowFile(options);
  await makeUsableFolder(options.directory);
  const lock = await lockFolder(options.directory);
  try {
    await runLocked(options, client, config);
  } finally {
    await lock.release();
  }
}

function checkProtocol(config: HostConfig): void {
  if (config.protocol === PROTOCOL_VERSION) return;
  const message = `this host speaks protocol ${PROTOCOL_VERSION}, the server ${config.protocol}`;
  throw new CrunchError('host-cannot', `${message}: install crunch ${config.serverVersion} on this computer`);
}

/** A wrong option must not fail datasets. */
async function checkWorkflowFile({ workflowFile }: HostOptions): Promise<void> {
  if (workflowFile === undefined) return;
  await access(workflowFile, constants.R_OK).catch((error: unknown) => {
    throw new CrunchError('invalid-input', `the workflow file ${workflowFile} can't be read`, { cause: error });
  });
}

async function runLocked(options: HostOptions, client: CrunchClient, config: HostConfig): Promise<void> {
  const customStages = options.stagesFile ? await loadStages(options.stagesFile) : [];
  const boot = randomBytes(8).toString('hex');
  const { url, token, storageSettingsFile: settingsFile, logger } = options;
  const temporal = readTemporalSettings(options.env, config.temporal);
  const secrets = collectSecrets(token, options.env, temporal);
  const storage = await openHostStorage({ config, settingsFile, url, token, boot, logger, secrets });
  const connection = await connectTemporalWorker(temporal);
  const registration = await registrationOf(
    options,
    boot,
    customStages.map((stage) => stage.name),
  );
  const contact = new ServerContact(options);
  const presence = await HostPresence.register(client, registration, contact);
  const host = assembleHost({ options, name: presence.name, boot, client, storage, secrets, customStages });
  const disk = new DiskWatch({ host: options, leases: host.context.leases, neededBytes: config.freeBytes });
  try {
    await host.context.output.resume();
    const workers = await HostWorkers.start({
      connection,
      namespace: temporal.namespace,
      host: host.context,
      routes: presence.routes,
      stages: host.stages,
      hasDisk: () => disk.hasRoom(),
    });
    await work({ options, client, contact, presence, disk, host, workers });
  } finally {
    await host.context.output.stop();
    await presence.leave();
    await connection.close();
    await storage.close();
  }
}

interface HostParts {
  options: HostOptions;
  client: CrunchClient;
  contact: ServerContact;
  presence: HostPresence;
  disk: DiskWatch;
  host: AssembledHost;
  workers: HostWorkers;
}

/** Works until the mode is fulfilled, until somebody ends the host, or until it can take nothing for want of room. */
async function work({ options, client, contact, presence, disk, host, workers }: HostParts): Promise<void> {
  const { leases } = host.context;
  const ended = new AbortController();
  const handBack = (how: 'in good order' | 'at once') => leases.all().forEach((lease) => void lease.handBack(how));
  const stopListening = listenForSignals(
    {
      finish(withinMs) {
        const limit = withinMs === undefined ? {} : { withinSeconds: withinMs / 1000 };
        options.onEvent({ type: 'stopping', how: 'finish', ...limit });
        ended.abort();
      },
      handBack() {
        options.onEvent({ type: 'stopping', how: 'hand-back' });
        handBack('in good order');
        return Math.max(0, ...leases.all().map((lease) => lease.input.timing.killGraceMs));
      },
      kill() {
        options.onEvent({ type: 'stopping', how: 'kill' });
        handBack('at once');
      },
      giveUp() {
        const datasets = leases.all().map((lease) => lease.input.dataset.slug);
        options.logger.error({ datasets }, 'ending though not everything could be handed back in time');
      },
    },
    options.graceMs,
  );
  try {
    options.onEvent({ type: 'started', name: presence.name, slots: leases.slots });
    // `next` and `run` are for one dataset.
    if (options.mode.kind !== 'loop') void leases.firstClaim.then(() => workers.takeNothingNew());
    // One that could take nothing queues nothing.
    if (!(await disk.hasRoom()) && !isEndless(options.mode)) await disk.full;
    await queueWork(client, options, presence.name);
    const end = waitForWorkToEnd({ client, options, contact, name: presence.name, leases, signal: ended.signal });
    await Promise.race([end, workers.failed, disk.full]);
    workers.takeNothingNew();
    await presence.drain();
    await workers.stop();
  } catch (error) {
    workers.takeNothingNew();
    handBack('in good order');
    // What went wrong first is what people have to know.
    await workers.stop().catch(() => undefined);
    throw error;
  } finally {
    ended.abort();
    stopListening();
  }
}

async function registrationOf(options: HostOptions, boot: string, customStages: string[]): Promise<HostRegistration> {
  return {
    name: options.name,
    boot,
    version: readVersion(),
    protocol: PROTOCOL_VERSION,
    slots: slotsOf(options),
    projects: options.projects,
    pools: options.pools,
    pinnedOnly: options.mode.kind === 'run',
    stages: [...new Set([...BUILT_IN_STAGES, ...customStages])],
    engines: [...ENGINES],
    diagnostics: await readDiagnostics(options.directory),
  };
}

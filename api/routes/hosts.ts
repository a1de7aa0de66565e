import { beatHost, getHostWork, leaveHost, listHosts, registerHost } from '../../catalog/hosts.ts';
import { findEndedLeases, getRun, noteRefusal } from '../../catalog/runs.ts';
import type { hostEndpoints, HostRegistration } from '../../shared/contract/hosts.ts';
import { PROTOCOL_VERSION } from '../../shared/domain/protocol.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { assertSees, sees, type Caller } from '../auth/caller.ts';
import type { HandlersOf } from '../handler.ts';
import { presentHost } from '../presenters/present-host.ts';
import { presentPage } from '../presenters/present-page.ts';
import { waitForWork } from '../wait-for-work.ts';

export const hostHandlers: HandlersOf<typeof hostEndpoints> = {
  async listHosts({ catalog }, { query, caller }) {
    return presentPage(await listHosts(catalog, query), (host) => presentHost(caller, host));
  },

  async getHostConfig({ config: { version, temporal, temporalUi, storage, freeBytes } }) {
    return {
      serverVersion: version,
      protocol: PROTOCOL_VERSION,
      now: new Date().toISOString(),
      temporal,
      temporalUi,
      storage,
      freeBytes,
    };
  },

  async registerHost({ catalog, config }, { body, caller }) {
    assertSpeaksOurs(body, config.version);
    return registerHost(catalog, narrow(caller, body), { silentAfterMs: config.hostSilentAfterMs });
  },

  async beatHost({ catalog }, { params, body }) {
    return beatHost(catalog, { ...params, ...body });
  },

  async getHostWork({ catalog, stopping }, { params, query, signal }) {
    const { waitSeconds, leases, ...known } = query;
    const surroundings = { notifications: catalog.notifications, stopping };
    const read = async () => {
      const ended = await findEndedLeases(catalog, leases);
      return { ...(await getHostWork(catalog, params.name)), ended };
    };
    return waitForWork(surroundings, read, { known, waitSeconds, signal });
  },

  async refuseRun({ catalog }, { params, body, caller }) {
    const run = await getRun(catalog, params.id);
    if (!sees(caller, run.dataset)) throw new CrunchError('not-found', `There is no run ${params.id}.`);
    return noteRefusal(catalog, { runId: params.id, ...body });
  },

  async leaveHost({ catalog }, { params, body }) {
    return leaveHost(catalog, { ...params, ...body });
  },
};

function assertSpeaksOurs({ protocol, version }: HostRegistration, serverVersion: string): void {
  if (protocol === PROTOCOL_VERSION) return;
  const older = protocol < PROTOCOL_VERSION ? 'host' : 'server';
  throw new CrunchError(
    'host-cannot',
    `This host runs Crunch ${version} and the server Crunch ${serverVersion}, which don't understand each other: ` +
      `upgrade Crunch on the ${older}.`,
  );
}

/** A host with a limited token serves what the token names, or the part of it that the host asks for. */
function narrow({ projects, pools }: Caller, host: HostRegistration): HostRegistration {
  if (projects === undefined || pools === undefined) return host;
  if (host.projects.length + host.pools.length === 0) return { ...host, projects, pools };
  for (const project of host.projects) assertSees({ projects }, project);
  const foreign = host.pools.find((pool) => !pools.includes(pool));
  if (foreign !== undefined) throw new CrunchError('not-allowed', `Your token doesn't name the pool “${foreign}”.`);
  return host;
}

import { findStandings, mayEverywhere } from '../../catalog/access.ts';
import { beatHost, getHostWork, leaveHost, listHosts, registerHost } from '../../catalog/hosts.ts';
import { findEndedLeases, noteRefusal } from '../../catalog/runs.ts';
import type { Catalog } from '../../catalog/open-catalog.ts';
import type { hostEndpoints, HostRegistration } from '../../shared/contract/hosts.ts';
import { PROTOCOL_VERSION } from '../../shared/domain/protocol.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { assertMay, assertSeesRun } from '../auth/authorize.ts';
import type { Caller } from '../auth/caller.ts';
import type { HandlersOf } from '../handler.ts';
import { presentHost } from '../presenters/present-host.ts';
import { presentPage } from '../presenters/present-page.ts';
import { waitForWork } from '../wait-for-work.ts';

export const hostHandlers: HandlersOf<typeof hostEndpoints> = {
  async listHosts({ catalog }, { query, caller }) {
    const page = await listHosts(catalog, query);
    const held = page.items.flatMap(({ holds }) => holds);
    const standings = await findStandings(catalog, caller.access, held);
    const view = { sees: (slug: string) => standings.has(slug), seesAllRoutes: mayEverywhere(caller.access, 'view') };
    return presentPage(page, (host) => presentHost(host, view));
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
    return registerHost(catalog, await narrow(catalog, caller, body), { silentAfterMs: config.hostSilentAfterMs });
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
    await assertSeesRun(catalog, caller, params.id);
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
async function narrow(catalog: Catalog, caller: Caller, host: HostRegistration): Promise<HostRegistration> {
  const { limits } = caller.access;
  if (limits === undefined) return host;
  if (host.projects.length + host.pools.length === 0) return { ...host, ...limits };
  for (const project of host.projects) await assertMay(catalog, caller, 'view', project);
  const foreign = host.pools.find((pool) => !limits.pools.includes(pool));
  if (foreign !== undefined) throw new CrunchError('not-allowed', `Your token doesn't name the pool “${foreign}”.`);
  return host;
}

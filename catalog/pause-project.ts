import { announceAdmission, announceChange } from './announce.ts';
import { recordAudit, type Actor } from './audit.ts';
import { lockItem } from './lock-item.ts';
import type { Catalog } from './open-catalog.ts';
import { getProject, lockProject, type ProjectRecord } from './projects.ts';

/**
 * From now on hosts get no dataset of the project; those that they have, they finish. A paused project stays as it was
 * paused. Throws `not-found`.
 */
export async function pauseProject(
  catalog: Catalog,
  slug: string,
  { reason }: { reason: string | null },
  actor: Actor,
): Promise<ProjectRecord> {
  return steer(catalog, slug, { paused: true, pausedBy: actor.name, pausedAt: new Date(), pauseReason: reason }, actor);
}

/** Hosts get its datasets again. One that is not paused stays as it is. Throws `not-found`. */
export async function resumeProject(catalog: Catalog, slug: string, actor: Actor): Promise<ProjectRecord> {
  return steer(catalog, slug, { paused: false, pausedBy: null, pausedAt: null, pauseReason: null }, actor);
}

interface Pausing {
  paused: boolean;
  pausedBy: string | null;
  pausedAt: Date | null;
  pauseReason: string | null;
}

async function steer(
  catalog: Catalog,
  slug: string,
  data: Pausing,
  { name: actor, address }: Actor,
): Promise<ProjectRecord> {
  await catalog.transact(async (queries) => {
    // In the order in which all who change a project take its rows.
    await lockItem(queries, slug, { kind: 'project' });
    const itemId = await lockProject(queries, slug);
    const { count } = await queries.project.updateMany({ where: { itemId, paused: !data.paused }, data });
    if (count === 0) return;
    const { pauseReason: reason } = data;
    await recordAudit(queries, {
      ...{ actor, address, subject: slug, action: data.paused ? 'project.pause' : 'project.resume' },
      detail: { ...(reason !== null && { reason }) },
    });
    await announceChange(queries, { project: slug });
    // Runs that wait in Temporal are told, whichever it is.
    await announceAdmission(queries);
  });
  return getProject(catalog, slug);
}

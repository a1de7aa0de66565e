import {
  ACCESS_CHANNEL,
  ADMISSION_CHANNEL,
  CANCELLATION_CHANNEL,
  CHANGE_CHANNEL,
  EXTERNAL_CLAIM_CHANNEL,
  type CatalogChange,
} from './notifications.ts';
import type { CatalogQueries } from './open-catalog.ts';
import { prepared } from './prepared.ts';

/** Tells all listeners that there may be something to admit; they hear it when the transaction ends. */
export async function announceAdmission(queries: CatalogQueries): Promise<void> {
  await queries.$executeRaw(prepared`SELECT pg_notify(${ADMISSION_CHANNEL}, '')`);
}

/** Tells all listeners that somebody cancelled something; they hear it when the transaction ends. */
export async function announceCancellation(queries: CatalogQueries): Promise<void> {
  await queries.$executeRaw`SELECT pg_notify(${CANCELLATION_CHANNEL}, '')`;
}

/** Tells all listeners what changed; they hear it when the transaction ends. */
export async function announceChange(queries: CatalogQueries, change: CatalogChange): Promise<void> {
  await queries.$executeRaw(prepared`SELECT pg_notify(${CHANGE_CHANNEL}, ${JSON.stringify(change)})`);
}

/** Tells all listeners that something at or below a project's or a dataset's item changed. */
export async function announceItem(queries: CatalogQueries, slug: string): Promise<void> {
  const [project = slug, name] = slug.split(':', 2);
  await announceChange(queries, name === undefined ? { project } : { project, dataset: `${project}:${name}` });
}

/** Tells all listeners that a session or a token ended, or that somebody may do other things than before. */
export async function announceAccess(queries: CatalogQueries): Promise<void> {
  await queries.$executeRaw(prepared`SELECT pg_notify(${ACCESS_CHANNEL}, '')`);
}

/** Tells all listeners that an external client got a dataset, whose patience has an end. */
export async function announceExternalClaim(queries: CatalogQueries): Promise<void> {
  await queries.$executeRaw(prepared`SELECT pg_notify(${EXTERNAL_CLAIM_CHANNEL}, '')`);
}

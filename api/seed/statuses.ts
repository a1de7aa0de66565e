import { findStanding } from '../../catalog/access.ts';
import { replacePublishedFiles } from '../../catalog/files.ts';
import {
  holdExternalRun,
  isBeginning,
  outcomeOf,
  recordExternalEvent,
  type ExternalEvent,
  type ExternalHold,
} from '../../catalog/external-runs.ts';
import { findDatasetSlug, pageStatuses } from '../../catalog/numbered-pages.ts';
import { isRunOfDataset } from '../../catalog/runs.ts';
import { noteExternalInputs, publishListing } from '../../storage/transfer/publish-listing.ts';
import { assertMay, assertMayCall, neededRight } from '../auth/authorize.ts';
import type { Caller } from '../auth/caller.ts';
import type { ApiContext } from '../context.ts';
import { statusForm } from './forms.ts';
import { clientOf, PROCESSING } from './next.ts';
import { answerList } from './numbered-list.ts';
import { fieldError, parseForm } from './parse-form.ts';
import { presentStatus } from './present-seed.ts';
import type { SeedCall, SeedRoute } from './seed-route.ts';

export const statusRoutes: SeedRoute[] = [
  { path: '/statuses/', name: 'Status List Create Api', form: statusForm, methods: { get: list, post: tell } },
];

async function list(call: SeedCall): Promise<unknown> {
  return answerList(call, (request) => pageStatuses(call.context.catalog, request), presentStatus);
}

/**
 * Takes what a client of django-crunch tells of a dataset. The first status of all claims a dataset that nobody has; the
 * last publishes what lies in the storage by then.
 */
async function tell({ context, caller, sent }: SeedCall): Promise<unknown> {
  assertMayCall(caller, PROCESSING);
  const event = readEvent(sent);
  await assertMayProcess(context, caller, event.datasetId);
  const client = clientOf(caller);
  const hold = await holdExternalRun(context.catalog, client, event);
  if (!('runId' in hold)) return presentStatus({ ...hold, datasetId: event.datasetId });
  if (isBeginning(event)) await noteExternalInputs({ ...hold, storage: context.storage });
  if (outcomeOf(event) === 'completed') await publishResults(context, event, hold);
  const status = await recordExternalEvent(context.catalog, client, hold, event);
  return presentStatus({ ...status, datasetId: event.datasetId });
}

async function assertMayProcess({ catalog }: ApiContext, caller: Caller, datasetId: number): Promise<void> {
  const slug = await findDatasetSlug(catalog, datasetId);
  const standing = slug === undefined ? undefined : await findStanding(catalog, caller.access, slug);
  if (slug === undefined || standing === undefined) {
    throw fieldError('dataset', `Invalid pk "${datasetId}" - object does not exist.`);
  }
  await assertMay(catalog, caller, neededRight(caller, PROCESSING.needs), slug);
}

async function publishResults(
  { catalog, storage }: ApiContext,
  { datasetId, diagnostics }: ExternalEvent,
  { slug, basePath, runId, leaseNumber, host, workflowSha256 }: ExternalHold,
): Promise<void> {
  const manifest = await publishListing({
    ...{ storage, basePath, runId, leaseNumber, dataset: slug },
    ...{ host: diagnostics.hostname || host, revision: workflowSha256 ?? '' },
    isRunOfDataset: (id) => isRunOfDataset(catalog, datasetId, id),
  });
  await replacePublishedFiles(catalog, datasetId, runId, manifest.files);
}

function readEvent(sent: SeedCall['sent']): ExternalEvent {
  const it = parseForm(statusForm, sent);
  const { dataset: datasetId = 0, stage = 'download', state = 'START', note = '' } = it;
  return {
    ...{ datasetId, stage, state, note },
    diagnostics: {
      agentUser: it.agent_user ?? '',
      version: it.version ?? '',
      revision: it.revision ?? '',
      system: it.system ?? '',
      systemRelease: it.system_release ?? '',
      systemVersion: it.system_version ?? '',
      machine: it.machine ?? '',
      hostname: it.hostname ?? '',
      ipAddress: it.ip_address ?? '',
      macAddress: it.mac_address ?? '',
      memoryTotal: it.memory_total ?? null,
      memoryFree: it.memory_free ?? null,
      diskTotal: it.disk_total ?? null,
      diskFree: it.disk_free ?? null,
    },
  };
}

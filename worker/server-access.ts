import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import type { ServerAccess } from '../activities/host/host-context.ts';
import type { CrunchClient } from '../client/index.ts';
import type { JsonObject } from '../shared/domain/json.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';

/** Workflows are asked for with every dataset and never change; small ones are kept, the most recent ones. */
const KEPT_WORKFLOW_BYTES = 1024 * 1024;
const KEPT_WORKFLOWS = 16;

/** A project's description may be so old: it is asked for with every dataset. */
const PROJECT_AGE_MS = 30_000;

/** A cancelled run is not kept waiting for longer. */
const END_PATIENCE_MS = 3_000;

type UsedClient = Pick<
  CrunchClient,
  'getDataset' | 'getProject' | 'getRun' | 'getWorkflowContent' | 'refuseRun' | 'reportOutput'
>;

/** What the activities of a host ask of the server, through the API. */
export function createServerAccess(client: UsedClient, host: string): ServerAccess {
  const workflows = new Map<string, Buffer>();
  const projects = new Map<string, { askedMs: number; project: Promise<JsonObject> }>();
  return {
    async readDataset(slug) {
      return client.getDataset({ params: { slug } });
    },
    readProject(slug) {
      const known = projects.get(slug);
      if (known && performance.now() - known.askedMs < PROJECT_AGE_MS) return known.project;
      const project = client.getProject({ params: { slug } });
      projects.set(slug, { askedMs: performance.now(), project });
      project.catch(() => projects.delete(slug));
      return project;
    },
    async readWorkflow(sha256) {
      const content = workflows.get(sha256) ?? (await fetchWorkflow(client, sha256));
      workflows.delete(sha256);
      if (content.length <= KEPT_WORKFLOW_BYTES) workflows.set(sha256, content);
      for (const oldest of workflows.keys()) {
        if (workflows.size <= KEPT_WORKFLOWS) break;
        workflows.delete(oldest);
      }
      return content;
    },
    async readEnd(id) {
      const signal = AbortSignal.timeout(END_PATIENCE_MS);
      const { cancellation } = await client.getRun({ params: { id } }, { signal });
      return { isCancelled: cancellation !== null, workspace: cancellation?.workspace ?? 'keep' };
    },
    async reportOutput(reports, options) {
      return (await client.reportOutput({ body: { reports } }, options)).receipts;
    },
    async refuseRun(id, reason) {
      await client.refuseRun({ params: { id }, body: { host, reason: reason.slice(0, 1000) } });
    },
  };
}

/** Text that runs on hosts is checked before anything is done with it. The server keeps none larger than 32 MiB. */
async function fetchWorkflow(client: UsedClient, sha256: string): Promise<Buffer> {
  const bytes = await client.getWorkflowContent({ params: { sha256 } });
  const content = await buffer(Readable.fromWeb(bytes as NodeReadableStream<Uint8Array>));
  const actual = createHash('sha256').update(content).digest('hex');
  if (actual === sha256) return content;
  const message = `the server sent another workflow than the run names: expected SHA-256 ${sha256}, got ${actual}`;
  throw new CrunchError('source-unavailable', message);
}

import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import type { ServerAccess } from '../activities/host/host-context.ts';
import type { CrunchClient } from '../client/index.ts';
import type { JsonObject } from '../shared/domain/json.ts';

/** Workflows are asked for with every dataset and never change; small ones are kept, the most recent ones. */
const KEPT_WORKFLOW_BYTES = 1024 * 1024;
const KEPT_WORKFLOWS = 16;

/** A project's description may be so old: it is asked for with every dataset. */
const PROJECT_AGE_MS = 30_000;

/** What the activities of a host ask of the server, through the API. */
export function createServerAccess(client: CrunchClient, host: string): ServerAccess {
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
      return Readable.from([content]);
    },
    async refuseRun(id, reason) {
      await client.refuseRun({ params: { id }, body: { host, reason: reason.slice(0, 1000) } });
    },
  };
}

/** The server keeps no workflow larger than 32 MiB. */
async function fetchWorkflow(client: CrunchClient, sha256: string): Promise<Buffer> {
  const bytes = await client.getWorkflowContent({ params: { sha256 } });
  return buffer(Readable.fromWeb(bytes as NodeReadableStream<Uint8Array>));
}

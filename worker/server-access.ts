import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import type { ServerAccess } from '../activities/host/host-context.ts';
import type { CrunchClient } from '../client/index.ts';
import type { JsonObject } from '../shared/domain/json.ts';

/** A project's description may be so old: it is asked for with every dataset. */
const PROJECT_AGE_MS = 30_000;

/** What the activities of a host ask of the server, through the API. */
export function createServerAccess(client: CrunchClient, host: string): ServerAccess {
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
      const bytes = await client.getWorkflowContent({ params: { sha256 } });
      return Readable.fromWeb(bytes as NodeReadableStream<Uint8Array>);
    },
    async refuseRun(id, reason) {
      await client.refuseRun({ params: { id }, body: { host, reason: reason.slice(0, 1000) } });
    },
  };
}

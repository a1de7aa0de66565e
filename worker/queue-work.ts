import type { CrunchClient } from '../client/index.ts';
import type { DatasetAction } from '../shared/domain/dataset-state.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import type { HostOptions } from './host-options.ts';

/**
 * Queues what a host that starts is there for: the drafts of its scope that nobody holds, or the one dataset of `run`,
 * which only this host may then take. Throws CrunchError `conflict` when that one runs already.
 */
export async function queueWork(client: CrunchClient, options: HostOptions, host: string): Promise<void> {
  if (options.mode.kind === 'run') {
    await queueForHost(client, options.mode.dataset, host);
    return;
  }
  const { projects, pools } = options;
  await client.queueDatasets({ body: { projects, pools, states: ['draft'] } });
}

async function queueForHost(client: CrunchClient, slug: string, host: string): Promise<void> {
  const { state } = await client.getDataset({ params: { slug } });
  if (state === 'running') throw new CrunchError('conflict', `${slug} is running already: see \`crunch show ${slug}\``);
  const body = { datasets: [slug], host, includeHeld: true };
  const action: DatasetAction = state === 'draft' || state === 'queued' ? 'queue' : 'retry';
  const { refused } = action === 'queue' ? await client.queueDatasets({ body }) : await client.retryDatasets({ body });
  const [refusal] = refused;
  if (refusal) throw new CrunchError('conflict', `${slug} can't be run here: ${refusal.reason}`);
}

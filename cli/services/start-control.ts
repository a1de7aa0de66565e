import type { Logger } from '../../platform/logger.ts';
import { connectTemporalWorker } from '../../platform/temporal-worker-connection.ts';
import { startControlWorker, type ControlWorker } from '../../worker/run-control.ts';
import type { Services, ServiceSettings } from '../../worker/open-services.ts';
import type { ServerPolicy } from './server-policy.ts';

interface ControlStart {
  services: Services;
  settings: ServiceSettings;
  policy: ServerPolicy;
  logger: Logger;
}

/** Starts a control worker over opened services, with a connection of its own. Throws `temporal-unreachable`. */
export async function startControl({ services, settings, policy, logger }: ControlStart): Promise<ControlWorker> {
  const { catalog, storage, temporal } = services;
  const { defaults, allowedWorkflowHosts } = policy;
  const connection = await connectTemporalWorker(settings.temporal);
  try {
    const worker = await startControlWorker({
      ...{ catalog, storage, temporal, logger, defaults, allowedWorkflowHosts, connection },
      namespace: settings.temporal.namespace,
    });
    return {
      stopped: worker.stopped,
      async stop() {
        await worker.stop();
        await connection.close();
      },
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

import { startServer, type RunningServer } from '../../api/start-server.ts';
import type { Logger } from '../../platform/logger.ts';
import { readVersion } from '../../platform/version.ts';
import type { HostConfig } from '../../shared/contract/hosts.ts';
import type { StorageSettings } from '../../storage/storage-settings.ts';
import type { Services, ServiceSettings } from '../../worker/open-services.ts';
import type { ServerPolicy } from './server-policy.ts';

interface ApiStart {
  services: Services;
  settings: ServiceSettings;
  policy: ServerPolicy;
  logger: Logger;
  /** The address to listen on. */
  host: string;
  /** 0 takes any free one. */
  port: number;
  /** Where hosts reach Temporal, when that is not where this process does: `host:port`. */
  temporalAddress?: string;
  /** Where people reach Temporal's own web UI. */
  temporalUi: string | null;
}

/** Starts the API over opened services. Throws `port-taken`. */
export function startApi({ services, settings, policy, logger, ...start }: ApiStart): Promise<RunningServer> {
  const { catalog, storage, temporal } = services;
  const { address, namespace, tls } = settings.temporal;
  const { defaults, hostSilentAfterMs, allowedWorkflowHosts, requestsPerSecond, trustedProxies } = policy;
  return startServer({
    host: start.host,
    port: start.port,
    catalog,
    storage,
    temporal,
    logger,
    config: {
      version: readVersion(),
      temporal: { address: start.temporalAddress ?? address, namespace, tls: Boolean(tls) },
      temporalUi: start.temporalUi,
      storage: describeStorage(settings.storage),
      freeBytes: defaults.freeBytes,
      hostSilentAfterMs,
      allowedWorkflowHosts,
      requestsPerSecond,
      trustedProxies,
    },
  });
}

/** What hosts may know of the storage: all but how to get in. */
function describeStorage(settings: StorageSettings): HostConfig['storage'] {
  if (settings.kind === 'folder') return settings;
  const { kind, bucket, prefix, region, endpoint = null, forcePathStyle = false } = settings;
  return { kind, bucket, prefix, region, endpoint, forcePathStyle };
}

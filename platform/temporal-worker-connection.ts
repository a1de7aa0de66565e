import { NativeConnection } from '@temporalio/worker';
import type { TemporalSettings } from './temporal-settings.ts';
import { temporalUnreachable } from './temporal-unreachable.ts';

/**
 * Connects workers. Apart from the client's connection, since what it imports takes most of a second to load.
 * Raises `temporal-unreachable`.
 */
export async function connectTemporalWorker(settings: TemporalSettings): Promise<NativeConnection> {
  const { address, tls, apiKey, metadata } = settings;
  try {
    return await NativeConnection.connect({ address, tls, apiKey, metadata });
  } catch (error) {
    throw temporalUnreachable(error, settings);
  }
}

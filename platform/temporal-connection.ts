import { Client, Connection } from '@temporalio/client';
import type { TemporalSettings } from './temporal-settings.ts';
import { temporalUnreachable } from './temporal-unreachable.ts';

const CONNECT_TIMEOUT_MS = 5_000;

export interface TemporalClient {
  client: Client;
  connection: Connection;
}

/** Connects a client, which starts Temporal workflows and asks about them. Raises `temporal-unreachable`. */
export async function connectTemporalClient(settings: TemporalSettings): Promise<TemporalClient> {
  const { address, namespace, tls, apiKey, metadata } = settings;
  try {
    const connection = await Connection.connect({
      address,
      tls,
      apiKey,
      metadata,
      connectTimeout: CONNECT_TIMEOUT_MS,
    });
    return { connection, client: new Client({ connection, namespace }) };
  } catch (error) {
    throw temporalUnreachable(error, settings);
  }
}

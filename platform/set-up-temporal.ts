import { isGrpcServiceError, type Client, type Connection } from '@temporalio/client';
import { msToTs, tsToMs } from '@temporalio/common/lib/time.js';
import { setTimeout as delay } from 'node:timers/promises';
import { SEARCH_ATTRIBUTES } from '../shared/domain/search-attributes.ts';
import { CrunchError, messageOf } from '../shared/errors/crunch-error.ts';
import { connectTemporalClient } from './temporal-connection.ts';
import type { TemporalSettings } from './temporal-settings.ts';

/** So long a closed execution stays to be looked at. */
const RETENTION_DAYS = 30;
const RETENTION_MS = RETENTION_DAYS * 24 * 60 * 60 * 1000;

/** A new namespace is known to all of Temporal's services only after their next look. */
const NAMESPACE_SPREAD_MS = 30_000;
const RETRY_MS = 200;

/** Temporal's number for a search attribute of type Keyword. */
const KEYWORD = 2;

const GRPC = { notFound: 5, alreadyExists: 6, permissionDenied: 7, unimplemented: 12 } as const;

/**
 * Prepares a Temporal server: the namespace, in which closed executions stay for at least 30 days, and the search
 * attributes. Doing it again changes nothing. Raises `temporal-unreachable`, `conflict` for a search attribute of
 * another type, and `not-allowed` where an administrator has to do it.
 */
export async function setUpTemporal(settings: TemporalSettings): Promise<void> {
  const { connection } = await connectTemporalClient(settings);
  try {
    await ensureNamespace(connection, settings.namespace);
    await ensureSearchAttributes(connection, settings.namespace);
  } catch (error) {
    throw translateFault(error, settings);
  } finally {
    await connection.close();
  }
}

/** Raises `temporal-unreachable`, saying what to do, when a server has no namespace of that name. */
export async function requireNamespace({ workflowService }: Client, settings: TemporalSettings): Promise<void> {
  const { address, namespace } = settings;
  try {
    // Some servers let nobody ask who may well use the namespace.
    await unless(GRPC.permissionDenied, workflowService.describeNamespace({ namespace }));
  } catch (error) {
    if (!isGrpcServiceError(error) || error.code !== GRPC.notFound) throw translateFault(error, settings);
    const message = `Temporal at ${address} has no namespace “${namespace}”. Run \`crunch migrate\` with the same settings.`;
    throw new CrunchError('temporal-unreachable', message, { cause: error });
  }
}

async function ensureNamespace({ workflowService }: Connection, namespace: string): Promise<void> {
  const workflowExecutionRetentionPeriod = msToTs(RETENTION_MS);
  const found = await unless(GRPC.notFound, workflowService.describeNamespace({ namespace }));
  if (!found) {
    const registration = workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
    await unless(GRPC.alreadyExists, registration);
  } else if (tsToMs(found.config?.workflowExecutionRetentionTtl) < RETENTION_MS) {
    const update = workflowService.updateNamespace({
      namespace,
      config: { workflowExecutionRetentionTtl: workflowExecutionRetentionPeriod },
    });
    // Whoever runs a shared server may keep its retention to himself; Crunch works with any.
    await unless(GRPC.permissionDenied, update);
  }
}

async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const known = await listSearchAttributes(connection, namespace);
  const names = Object.values(SEARCH_ATTRIBUTES);
  const foreign = names.find((name) => known[name] !== undefined && known[name] !== KEYWORD);
  if (foreign) {
    throw new CrunchError(
      'conflict',
      `The search attribute ${foreign} of Temporal's namespace “${namespace}” is not a Keyword: remove it, or use another namespace`,
    );
  }
  const missing = names.filter((name) => known[name] === undefined);
  if (missing.length === 0) return;
  const searchAttributes = Object.fromEntries(missing.map((name) => [name, KEYWORD]));
  const addition = connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  await unless(GRPC.alreadyExists, addition);
}

async function listSearchAttributes(connection: Connection, namespace: string): Promise<Record<string, number>> {
  const deadline = performance.now() + NAMESPACE_SPREAD_MS;
  for (;;) {
    const list = connection.operatorService.listSearchAttributes({ namespace });
    const found = await (performance.now() < deadline ? unless(GRPC.notFound, list) : list);
    if (found) return found.customAttributes ?? {};
    await delay(RETRY_MS);
  }
}

/** The answer of a call, or nothing when it failed with the given status. */
async function unless<Answer>(status: number, call: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === status) return undefined;
    throw error;
  }
}

function translateFault(error: unknown, { address, namespace }: TemporalSettings): unknown {
  if (!isGrpcServiceError(error)) return error;
  if (error.code === GRPC.permissionDenied || error.code === GRPC.unimplemented) {
    const names = Object.values(SEARCH_ATTRIBUTES).join(', ');
    return new CrunchError(
      'not-allowed',
      `Temporal at ${address} doesn't let us prepare the namespace “${namespace}”: let an administrator create it with the ` +
        `search attributes ${names} (Keyword). It answered: ${messageOf(error)}`,
      { cause: error },
    );
  }
  return new CrunchError('temporal-unreachable', `Temporal at ${address} failed: ${messageOf(error)}. Try again`, {
    cause: error,
  });
}

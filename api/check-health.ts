import { checkCatalog } from '../catalog/open-catalog.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import type { ErrorCode } from '../shared/errors/error-codes.ts';
import type { ApiContext } from './context.ts';

const PATIENCE_MS = 5_000;

/** Nothing lies there: that the storage can say so is all that is asked. */
const PROBE = '.crunch/health';

interface Part {
  name: string;
  code: ErrorCode;
  check(context: ApiContext): Promise<unknown>;
}

const PARTS: Part[] = [
  { name: 'the catalog', code: 'catalog-unavailable', check: ({ catalog }) => checkCatalog(catalog) },
  {
    name: 'Temporal',
    code: 'temporal-unreachable',
    check: ({ temporal }) =>
      temporal.withDeadline(Date.now() + PATIENCE_MS, () => temporal.workflowService.getSystemInfo({})),
  },
  {
    name: 'the storage',
    code: 'storage-unavailable',
    check: ({ storage }) => storage.stat(PROBE, { signal: AbortSignal.timeout(PATIENCE_MS) }),
  },
];

/**
 * Throws the error of the first part that doesn't answer within 5 s; its message names them all, and nothing else of
 * them, since anybody may ask. The log tells more.
 */
export async function checkHealth(context: ApiContext): Promise<void> {
  const missing = (await Promise.all(PARTS.map((part) => findFault(context, part)))).filter(
    (part) => part !== undefined,
  );
  const [first] = missing;
  if (first === undefined) return;
  const names = missing.map((part) => part.name).join(' and ');
  throw new CrunchError(first.code, `Not ready: ${names} can't be reached from the server.`);
}

async function findFault(context: ApiContext, part: Part): Promise<Part | undefined> {
  try {
    await withinPatience(part.check(context));
    return undefined;
  } catch (error) {
    context.logger.warn({ err: error }, `${part.name} does not answer`);
    return part;
  }
}

async function withinPatience(check: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const lateness = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  await Promise.race([check, lateness]).finally(() => clearTimeout(timer));
}

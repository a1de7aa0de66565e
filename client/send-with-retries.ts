import { CrunchError } from '../shared/errors/crunch-error.ts';

interface Sending {
  send: typeof fetch;
  /** The server's address, for messages. */
  server: string;
  /** How long to wait before each further attempt. */
  delaysMs: readonly number[];
}

/** By these a server asks for a pause: it is not ready, or was asked too much. */
const PAUSES = new Set([429, 503]);

/** A server that asks for a longer pause than this is not waited for. */
const LONGEST_PAUSE_MS = 10_000;

/**
 * Sends a request, again after each delay when it is safe to repeat and the network failed or the server asked for a pause.
 * Throws `api-unreachable` when no answer came, `interrupted` when the request's signal was aborted.
 */
export async function sendWithRetries(makeRequest: () => Request, sending: Sending): Promise<Response> {
  for (let attempt = 0; ; attempt += 1) {
    const request = makeRequest();
    const delayMs = isRepeatable(request) ? sending.delaysMs[attempt] : undefined;
    const outcome = await sendOnce(request, sending);
    if (outcome instanceof CrunchError) {
      if (delayMs === undefined || outcome.code === 'interrupted') throw outcome;
      await pause(delayMs, request.signal);
      continue;
    }
    // The answer to an earlier attempt was lost, and that one removed it.
    if (outcome.status === 404 && request.method === 'DELETE' && attempt > 0)
      return new Response(null, { status: 204 });
    const pauseMs = delayMs === undefined ? undefined : pauseAskedFor(outcome, delayMs);
    if (!PAUSES.has(outcome.status) || pauseMs === undefined || pauseMs > LONGEST_PAUSE_MS) return outcome;
    await outcome.body?.cancel();
    await pause(pauseMs, request.signal);
  }
}

/** With a key, the server does a POST once however often it comes. */
function isRepeatable({ method, headers }: Request): boolean {
  if (method === 'POST') return headers.has('idempotency-key');
  return method !== 'PATCH';
}

async function sendOnce(request: Request, { send, server }: Sending): Promise<Response | CrunchError> {
  try {
    return await send(request);
  } catch (error) {
    if (request.signal.aborted) return interrupted(error);
    return faultOfBody(error) ?? unreachable(server, error);
  }
}

/** A body that is made as it is sent may fail by itself. */
function faultOfBody(error: unknown): CrunchError | undefined {
  return [error, (error as Error).cause].find((layer) => layer instanceof CrunchError);
}

/** The error of a server that can't be reached, with the reason that the network gave. */
export function unreachable(server: string, error: unknown): CrunchError {
  return new CrunchError(
    'api-unreachable',
    `The Crunch server at ${server} can't be reached (${reasonOf(error)}). Check the address, and that it is running.`,
    { cause: error },
  );
}

/** `fetch` hides the network's own words in causes; an address with several IPs fails with an error for each. */
function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  if ('cause' in error && error.cause !== undefined) return reasonOf(error.cause);
  if ('errors' in error && Array.isArray(error.errors)) return error.errors.map(reasonOf).join('; ');
  return 'message' in error ? String(error.message) : 'no reason given';
}

function interrupted(error: unknown): CrunchError {
  return new CrunchError('interrupted', 'The request was given up before the server answered.', { cause: error });
}

function pauseAskedFor(response: Response, delayMs: number): number {
  const seconds = Number(response.headers.get('retry-after') ?? 0);
  return Math.max(delayMs, Number.isFinite(seconds) ? seconds * 1000 : 0);
}

/** Waits about so long. Throws `interrupted` when the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // Clients that failed together should not come back together.
  const spreadMs = ms * (0.75 + Math.random() / 2);
  await new Promise<void>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(interrupted(signal.reason));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, spreadMs);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

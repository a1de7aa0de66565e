import { CrunchError, messageOf } from '../shared/errors/crunch-error.ts';

/** What PostgreSQL, its driver or Prisma say of an error, as far as they say it. */
interface DatabaseFault {
  /** SQLSTATE, a system's code such as ECONNREFUSED, or Prisma's P-code. */
  codes: string[];
  kinds: string[];
  messages: string[];
}

/**
 * Codes of a database that can't be reached or gives up for reasons of its own, so that the same call may succeed
 * later: Prisma's (connections, time-outs, deadlocks), SQLSTATE classes 08, 53, 57 and serialization faults, sockets.
 */
const PASSING = /^(P100[128]|P1017|P2024|P2028|P2034|P2037|08...|53...|57...|40001|40P01|3D000|28...|E[A-Z]+)$/;
const TIME_LIMIT = '57014';
const LOCK_TIME_LIMIT = '55P03';
const NO_PRIVILEGE = '42501';
const PASSING_KINDS = /^(DatabaseNotReachable|ConnectionClosed|SocketTimeout|TlsConnectionError|TooManyConnections)$/;
const PASSING_MESSAGES =
  /connection terminated|connection error and is not queryable|timeout expired|timeout exceeded when trying to connect|pool after calling end/i;

/** Turns what a database call threw into a CrunchError; a CrunchError and a fault of the program pass unchanged. */
function translateDatabaseError(error: unknown): unknown {
  if (error instanceof CrunchError) return error;
  const fault = describeFault(error);
  if (fault.codes.includes(TIME_LIMIT)) {
    const message =
      'This took the catalog longer than it may. Ask for less: narrow the filter, for instance to a project.';
    return new CrunchError('too-slow', message, { cause: error });
  }
  if (fault.codes.includes(LOCK_TIME_LIMIT)) {
    const message = 'Somebody is moving, deleting or importing here just now. Nothing was done; try again in a while.';
    return new CrunchError('conflict', message, { cause: error });
  }
  if (isPassing(fault)) {
    return new CrunchError('catalog-unavailable', 'The catalog’s database does not answer; try again soon.', {
      cause: error,
    });
  }
  if (fault.codes.includes('P2002') || fault.codes.includes('23505')) {
    return new CrunchError('conflict', 'Something of that name exists already; choose another name.', { cause: error });
  }
  if (fault.codes.includes('P2003') || fault.codes.includes('23503')) {
    return new CrunchError('not-found', 'What it belongs to was removed in the meantime.', { cause: error });
  }
  if (fault.codes.some((code) => code === '22021' || code === '22P05')) {
    return new CrunchError('invalid-input', 'A text holds a NUL character, which the catalog can’t keep.', {
      cause: error,
    });
  }
  return error;
}

/** Calls a function, with its errors translated. */
export async function translatingErrors<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw translateDatabaseError(error);
  }
}

/**
 * The error of a database that an operator named, with its place and what it said, which people who only use the
 * server are not told: `catalog-unavailable`, or `not-allowed` where the account may not do what was asked.
 */
export function explainDatabaseError(error: unknown, databaseUrl: string): unknown {
  const translated = translateDatabaseError(error);
  const { codes, messages } = describeFault(error);
  const { host, pathname, username, searchParams } = new URL(databaseUrl);
  const name = decodeURIComponent(pathname.slice(1));
  const place = `The database “${name}” at ${host || searchParams.get('host')} can't be used by “${decodeURIComponent(username)}”`;
  const said = messages.find((message) => message !== '') ?? codes[0] ?? messageOf(error);
  if (codes.includes(NO_PRIVILEGE)) {
    return new CrunchError(
      'not-allowed',
      `${place}: ${said}. Let an administrator create it, or grant the account more.`,
      {
        cause: error,
      },
    );
  }
  if (!(translated instanceof CrunchError) || translated.code !== 'catalog-unavailable') return translated;
  const advice = 'Is it running, and are CRUNCH_DATABASE_URL and the password right?';
  return new CrunchError('catalog-unavailable', `${place}: ${said}. ${advice}`, { cause: error });
}

function isPassing({ codes, kinds, messages }: DatabaseFault): boolean {
  return (
    codes.some((code) => PASSING.test(code)) ||
    kinds.some((kind) => PASSING_KINDS.test(kind)) ||
    messages.some((message) => PASSING_MESSAGES.test(message))
  );
}

/** Prisma wraps the driver's error in one of its own, the deeper the rarer; all layers are looked at. */
function describeFault(error: unknown): DatabaseFault {
  const fault: DatabaseFault = { codes: [], kinds: [], messages: [] };
  let layer = error as Layer | undefined;
  for (let depth = 0; depth < 6 && typeof layer === 'object' && layer !== null; depth += 1) {
    for (const code of [layer.code, layer.originalCode]) if (typeof code === 'string') fault.codes.push(code);
    if (typeof layer.kind === 'string') fault.kinds.push(layer.kind);
    if (typeof layer.message === 'string') fault.messages.push(layer.message);
    layer = layer.meta?.driverAdapterError ?? layer.cause;
  }
  return fault;
}

interface Layer {
  code?: unknown;
  originalCode?: unknown;
  kind?: unknown;
  message?: unknown;
  meta?: { driverAdapterError?: Layer };
  cause?: Layer;
}

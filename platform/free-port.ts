import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { CrunchError } from '../shared/errors/crunch-error.ts';

/** Below the range from which systems give ports to outgoing connections, so that none of those is in the way. */
const SMALLEST = 20_000;
const LARGEST = 32_000;
const ATTEMPTS = 100;

/** A port of 127.0.0.1 on which nothing listens at this moment. */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(SMALLEST, LARGEST);
    if (await isPortFree(port)) return port;
  }
  throw new Error(`no free port of 127.0.0.1 was found between ${SMALLEST} and ${LARGEST}`);
}

/** Whether a server could listen on the port at this moment. Raises `invalid-input` where that is not up to others. */
export function isPortFree(port: number, address = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(explainRefusal(error, port, address));
    });
    server.listen(port, address, () => server.close(() => resolve(true)));
  });
}

function explainRefusal(error: NodeJS.ErrnoException, port: number, address: string): CrunchError {
  const isForeign = error.code === 'EADDRNOTAVAIL' || error.syscall === 'getaddrinfo';
  const message = isForeign
    ? `${address} is not an address of this computer; it has ${ownAddresses().join(', ')}.`
    : `Can't listen on port ${port} of ${address}: ${error.message}.`;
  return new CrunchError('invalid-input', message, { cause: error });
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((entries) => (entries ?? []).map((entry) => entry.address));
}

/** Raises `port-taken` when a server couldn't listen on a port that somebody asked for; `purpose` is what it is for. */
export async function requireFreePort(port: number, purpose: string, address = '127.0.0.1'): Promise<void> {
  if (await isPortFree(port, address)) return;
  throw new CrunchError('port-taken', `Port ${port} of ${address}, meant for ${purpose}, is in use: choose another`);
}

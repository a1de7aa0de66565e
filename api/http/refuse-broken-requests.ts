import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type Server } from 'node:http';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { problemOf } from './handle-errors.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/**
 * Answers what isn't even a request, or has headers that are too large, as everything else is answered: by a problem
 * document, with the headers that protect browsers.
 */
export function refuseBrokenRequests(server: Server): void {
  server.on('clientError', (fault: NodeJS.ErrnoException, socket) => {
    // Nobody is there any more, or an answer is on its way already.
    if (fault.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    socket.end(toText(translate(fault)));
  });
}

function translate({ code }: NodeJS.ErrnoException): CrunchError {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new CrunchError('headers-too-large', 'The address and the headers of a request have 16 KiB at most.');
  }
  return new CrunchError('invalid-input', 'This is not a request of HTTP/1.1.');
}

function toText(error: CrunchError): string {
  const requestId = randomUUID();
  const body = JSON.stringify(problemOf(error, requestId));
  const headers = {
    ...SECURITY_HEADERS,
    'x-request-id': requestId,
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${error.httpStatus} ${STATUS_CODES[error.httpStatus]}\r\n${lines.join('')}\r\n${body}`;
}

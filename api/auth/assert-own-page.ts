import type { Request } from 'express';
import { CLIENT_HEADER } from '../../shared/contract/sign-in.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD']);

/**
 * Throws `not-allowed` when a request that changes something may have been sent by a page of another site, which the
 * browser gives this site's cookie all the same. Own pages are known by two signs: where the browser says that the
 * request comes from, and a header that other sites can't set without being asked for first.
 */
export function assertOwnPage(request: Request): void {
  if (SAFE_METHODS.has(request.method)) return;
  if (isFromOwnOrigin(request) && request.get(CLIENT_HEADER) !== undefined) return;
  throw new CrunchError(
    'not-allowed',
    `Only a page of this server may send this with a cookie. Scripts send a token instead; behind a proxy, the proxy ` +
      `has to be one of CRUNCH_TRUSTED_PROXIES and to pass on the host and the protocol.`,
  );
}

function isFromOwnOrigin(request: Request): boolean {
  return request.get('origin') === ownOrigin(request) || request.get('sec-fetch-site') === 'same-origin';
}

/** As the browser sees this server: what trusted proxies say of it counts. */
function ownOrigin({ protocol, host }: Request): string {
  return `${protocol}://${host}`;
}

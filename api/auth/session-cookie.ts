import type { CookieOptions, Request } from 'express';
import ipaddr from 'ipaddr.js';
import { CrunchError } from '../../shared/errors/crunch-error.ts';

interface SessionCookie {
  name: string;
  attributes: CookieOptions;
}

const ATTRIBUTES = { path: '/', httpOnly: true, sameSite: 'lax' } as const;

/** How a browser holds a session, by how it reaches the server. The name binds the one to https and to this host. */
export const SESSION_COOKIES = {
  https: { name: '__Host-crunch', attributes: { ...ATTRIBUTES, secure: true } },
  http: { name: 'crunch', attributes: { ...ATTRIBUTES, secure: false } },
} as const satisfies Record<string, SessionCookie>;

export type CookieProtocol = keyof typeof SESSION_COOKIES;

/** Networks in which nobody between browser and server reads along. */
const PRIVATE_RANGES = new Set(['loopback', 'private', 'linkLocal', 'uniqueLocal', 'carrierGradeNat']);

/** Trusted proxies say what the browser's own connection is. */
export function protocolOf(request: Request): CookieProtocol {
  return request.secure ? 'https' : 'http';
}

/** Whether the request brings the cookie of a session that counts: over plain http only from a private network. */
export function bringsSession(request: Request): boolean {
  const { name } = SESSION_COOKIES[protocolOf(request)];
  const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
  return cookies.some((cookie) => cookie.startsWith(`${name}=`)) && isUnreadByOthers(request);
}

/** Throws `not-allowed` where a password would cross open networks unencrypted, or its cookie would. */
export function assertSafeToSignIn(request: Request): void {
  if (!request.secure && request.get('origin')?.startsWith('https:') === true) {
    throw new CrunchError(
      'not-allowed',
      'The browser speaks https, but what reaches the server is http. Name the proxy between them in ' +
        'CRUNCH_TRUSTED_PROXIES, and let it pass on X-Forwarded-Proto, X-Forwarded-Host and X-Forwarded-For.',
    );
  }
  if (isUnreadByOthers(request)) return;
  throw new CrunchError(
    'not-allowed',
    'Signing in over plain http is possible only in a private network. Put a proxy with https before the server.',
  );
}

function isUnreadByOthers(request: Request): boolean {
  const address = request.ip ?? '';
  return request.secure || (ipaddr.isValid(address) && PRIVATE_RANGES.has(ipaddr.process(address).range()));
}

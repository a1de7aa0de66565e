import type { RequestHandler } from 'express';

export const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};

const ONE_YEAR = 'max-age=31536000; includeSubDomains';

/** Tells browsers to show, keep, guess and embed as little as possible. Pages loosen what they need. */
export const setSecurityHeaders: RequestHandler = (request, response, next) => {
  response.set(SECURITY_HEADERS);
  if (request.secure) response.set('strict-transport-security', ONE_YEAR);
  next();
};

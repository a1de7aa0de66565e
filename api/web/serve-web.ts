import { randomBytes } from 'node:crypto';
import type { IRouter } from 'express';
import { readWebFiles } from './read-web-files.ts';

/** Where the build leaves a place for the nonce: `html.cspNonce` in web/vite.config.ts. */
const NONCE = '{{nonce}}';

/** A file's name changes with its content. */
const KEEP_FOR_EVER = 'public, max-age=31536000, immutable';

/** All addresses but those of the API and of the pages' own files: which page it is, the browser finds out. */
const PAGES = /^\/(?!(api|assets)(\/|$))/;

/**
 * Serves the web UI: its files under names that change with their content, and one page for every other address that is
 * not the API's. Public: all of it is the same for everybody.
 */
export function serveWeb(app: IRouter): void {
  const { page, files } = readWebFiles();
  app.get('/assets/:name', (request, response, next) => {
    const file = files.get(request.params.name);
    if (file === undefined) return next();
    response.set('cache-control', KEEP_FOR_EVER).vary('accept-encoding').type(file.type);
    if (request.acceptsEncodings('gzip') === false) response.send(file.bytes);
    else response.set('content-encoding', 'gzip').send(file.zipped);
  });
  app.get(PAGES, (_request, response) => {
    const nonce = randomBytes(16).toString('base64url');
    response.set('content-security-policy', pagePolicy(nonce)).type('html').send(page.replaceAll(NONCE, nonce));
  });
}

/** Mantine writes its variables into a `<style>`, which the nonce allows; everything else comes from our own files. */
function pagePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

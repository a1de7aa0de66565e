import type { IRouter } from 'express';
import { readManual } from './read-manual.ts';

export const MANUAL_PATH = '/docs/';

/** Pages have a style sheet and images of our own, and no scripts. */
const PAGE_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Serves the pages of `docs/`. Public: they say only what the repository says. */
export function serveManual(app: IRouter): void {
  const { files, missingPage } = readManual();
  app.get('/docs', (_request, response) => response.redirect(302, MANUAL_PATH));
  app.get(/^\/docs\//, (request, response) => {
    // As it was sent, never decoded: no name of ours needs to be, and what isn't in the table isn't there.
    const file = files.get(request.path.slice(MANUAL_PATH.length));
    response.set('content-security-policy', PAGE_POLICY);
    if (file === undefined) response.status(404).type('.html').send(missingPage);
    else response.type(file.type).send(file.body);
  });
}

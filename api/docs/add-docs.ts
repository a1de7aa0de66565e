import type { IRouter } from 'express';
import { API_PREFIX } from '../../shared/contract/index.ts';
import { findSwaggerFolder, SWAGGER_ASSETS } from './find-swagger-folder.ts';
import { makeOpenApiDocument } from './make-openapi-document.ts';

const DOCS_PATH = '/api/docs';
const ASSETS_PATH = '/api/docs-assets';
const START_SCRIPT = 'start.js';

/** Swagger UI colours its methods by inline SVG images, hence `data:`. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Crunch API</title>
    <link rel="stylesheet" href="${ASSETS_PATH}/swagger-ui.css" />
  </head>
  <body>
    <div id="docs"></div>
    <script src="${ASSETS_PATH}/swagger-ui-bundle.js"></script>
    <script src="${ASSETS_PATH}/${START_SCRIPT}"></script>
  </body>
</html>
`;

const START = `SwaggerUIBundle({
  url: '${API_PREFIX}/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  displayOperationId: true,
});
`;

/** Adds the OpenAPI document and a page that shows it. Public: both say only what the source code says. */
export function addDocs(app: IRouter, version: string): void {
  const document = JSON.stringify(makeOpenApiDocument(version));
  app.get(`${API_PREFIX}/openapi.json`, (_request, response) => {
    response.type('application/json').send(document);
  });
  app.get(DOCS_PATH, (_request, response) => {
    response.set('content-security-policy', PAGE_POLICY).type('html').send(PAGE);
  });
  app.get(`${ASSETS_PATH}/${START_SCRIPT}`, (_request, response) => {
    response.type('text/javascript').send(START);
  });
  // With a root, a folder above it may begin with a dot, as `~/.local` does.
  const root = findSwaggerFolder();
  for (const name of SWAGGER_ASSETS) {
    app.get(`${ASSETS_PATH}/${name}`, (_request, response) => response.sendFile(name, { root }));
  }
}

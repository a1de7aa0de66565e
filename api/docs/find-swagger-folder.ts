import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The files of Swagger UI that the docs page loads; the build copies them to `docs-assets` beside this folder. */
export const SWAGGER_ASSETS = ['swagger-ui.css', 'swagger-ui-bundle.js'] as const;

const BUILT_FOLDER = fileURLToPath(new URL('../docs-assets/', import.meta.url));

/** Where the assets lie: what the build copied, or the package itself when the sources are run without a build. */
export function findSwaggerFolder(): string {
  if (existsSync(BUILT_FOLDER)) return BUILT_FOLDER;
  return dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
}

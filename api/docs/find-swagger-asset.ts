import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The files of Swagger UI that the docs page loads; the build copies them to `docs-assets` beside this folder. */
export const SWAGGER_ASSETS = ['swagger-ui.css', 'swagger-ui-bundle.js'] as const;

const BUILT_FOLDER = fileURLToPath(new URL('../docs-assets/', import.meta.url));

/** Where an asset lies: what the build copied, or the package itself when the sources are run without a build. */
export function findSwaggerAsset(name: (typeof SWAGGER_ASSETS)[number]): string {
  const built = join(BUILT_FOLDER, name);
  if (existsSync(built)) return built;
  return join(dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json')), name);
}

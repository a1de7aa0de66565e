import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expectSuccess, ROOT, runTool } from './run-program.mjs';
import { BUILD_STATE, filesBelow } from './run-when-changed.mjs';

const require = createRequire(import.meta.url);
const SOURCES = require(path.join(ROOT, 'tsconfig.build.json')).include;
const DOCS_ASSETS = ['swagger-ui.css', 'swagger-ui-bundle.js', 'LICENSE', 'NOTICE'];

/** The sources are not whole without what this step makes. */
export const GENERATE_CATALOG_CLIENT = {
  name: 'catalog client',
  inputs: ['prisma/schema.prisma', 'prisma.config.ts', 'package-lock.json'],
  output: 'catalog/generated/client.ts',
  run: () => expectSuccess(runTool('prisma', ['generate'])),
};

/** What `npm run build` does, in order; see `runWhenChanged` for the fields. */
export const BUILD_STEPS = [
  GENERATE_CATALOG_CLIENT,
  {
    name: 'compile',
    inputs: [...SOURCES, 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'],
    output: 'dist/cli/main.js',
    run: compile,
  },
  {
    name: 'workflow bundle',
    inputs: ['dist/workflows', 'dist/shared/domain', 'dist/shared/errors', 'package-lock.json'],
    output: 'dist/workflow-bundle.js',
    run: bundleWorkflows,
  },
  {
    name: 'web',
    inputs: ['web', 'client', 'shared', 'tsconfig.json', 'package-lock.json'],
    output: 'dist/web/index.html',
    run: () => expectSuccess(runTool('vite', ['build', 'web', '--logLevel', 'warn'])),
  },
  {
    name: 'docs page',
    inputs: ['package-lock.json'],
    output: `dist/api/docs-assets/${DOCS_ASSETS[0]}`,
    run: copyDocsAssets,
  },
];

async function compile() {
  await removeOrphans();
  const incremental = ['--incremental', '--tsBuildInfoFile', path.join(BUILD_STATE, 'tsconfig.tsbuildinfo')];
  await expectSuccess(runTool('tsc', ['-p', 'tsconfig.build.json', ...incremental]));
  await chmod(path.join(ROOT, 'dist/cli/main.js'), 0o755);
}

/** Removes what earlier builds made of sources that are gone, which would be packed otherwise. */
async function removeOrphans() {
  const built = (await Promise.all(SOURCES.map((room) => filesBelow(`dist/${room}`)))).flat();
  for (const file of built) {
    const source = file.replace(/^dist\//, '').replace(/(\.d\.ts|\.js)$/, '.ts');
    const isCompiled = /\.(js|d\.ts)$/.test(file) && !file.includes('/docs-assets/');
    if (isCompiled && !existsSync(path.join(ROOT, source))) await rm(path.join(ROOT, file));
  }
}

/** Workers load this one file; to bundle at each start would cost them seconds. */
async function bundleWorkflows() {
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const { code } = await bundleWorkflowCode({
    workflowsPath: path.join(ROOT, 'dist/workflows/index.js'),
    logger: new DefaultLogger('WARN'),
  });
  await writeFile(path.join(ROOT, 'dist/workflow-bundle.js'), code);
}

async function copyDocsAssets() {
  const from = path.dirname(require.resolve('swagger-ui-dist/package.json'));
  const to = path.join(ROOT, 'dist/api/docs-assets');
  await mkdir(to, { recursive: true });
  for (const file of DOCS_ASSETS) await copyFile(path.join(from, file), path.join(to, file));
}

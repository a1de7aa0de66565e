import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT, runProgram, runTool } from './run-program.mjs';
import { BUILD_STATE } from './run-when-changed.mjs';

/** The checks of `npm run check`; each gives an exit code and what to show when it isn't 0. Slow ones come first. */
export const CHECKS = [
  { name: 'types', run: () => checkTypes('tsconfig.json') },
  {
    name: 'lint',
    run: () => runTool('oxlint', ['--type-aware', '--deny-warnings', '--report-unused-disable-directives']),
  },
  { name: 'types of workflows', run: () => checkTypes('workflows/tsconfig.json') },
  { name: 'types of web', run: () => checkTypes('web/tsconfig.json') },
  { name: 'types of examples', run: () => checkTypes('examples/tsconfig.json') },
  { name: 'format', run: () => runTool('prettier', ['--check', '--log-level', 'warn', '.']) },
  { name: 'imports', run: () => runTool('depcruise', ['--config', '.dependency-cruiser.cjs', '.']) },
  { name: 'dead code', run: () => runTool('knip', ['--no-progress']) },
  {
    name: 'dead code outside tests',
    run: () => runTool('knip', ['--no-progress', '--production', '--include', 'files,exports']),
  },
  { name: 'no shell', run: findShellUse },
  { name: 'migrations', run: compareSchemaWithMigrations },
];

function checkTypes(project) {
  const state = path.join(BUILD_STATE, `${project.replaceAll('/', '-')}.tsbuildinfo`);
  return runTool('tsc', ['-p', project, '--incremental', '--tsBuildInfoFile', state]);
}

/** With a shell, names that people choose would be read as code. */
async function findShellUse() {
  const { exitCode, output } = await runProgram('git', [
    'grep',
    '-nE',
    '\\bshell: *(true|[\'"]/)',
    '--',
    '*.ts',
    '*.mjs',
  ]);
  if (exitCode === 1) return { exitCode: 0, output };
  return { exitCode: 1, output: `${output}Give the program an array of arguments and no shell.` };
}

async function compareSchemaWithMigrations() {
  const [schema, migrated] = await Promise.all(
    ['prisma/schema.prisma', 'prisma/migrations/schema.snapshot.prisma'].map((file) =>
      readFile(path.join(ROOT, file), 'utf8'),
    ),
  );
  if (schema === migrated) return { exitCode: 0, output: '' };
  return {
    exitCode: 1,
    output: 'prisma/schema.prisma has changes that no migration makes: node scripts/new-migration.mjs NAME',
  };
}

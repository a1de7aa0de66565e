import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** One forbidden import a row: the file that has it, the line, and the rule that has to name the file. */
const PLANTED: [file: string, line: string, rule: string][] = [
  ['shared/domain/planted.ts', `import '../errors/target.ts';`, 'shared/domain: rooms'],
  ['shared/domain/planted-node.ts', `import 'node:fs';`, 'shared/domain: no Node'],
  ['shared/domain/planted-package.ts', `import 'zod';`, 'shared/domain: packages'],
  ['shared/errors/planted.ts', `import '../contract/target.ts';`, 'shared/errors: rooms'],
  ['shared/contract/planted.ts', `import 'commander';`, 'shared/contract: packages'],
  ['workflows/planted.ts', `import '../platform/target.ts';`, 'workflows: rooms'],
  ['workflows/planted-code.ts', `import '../activities/host/signatures.ts';`, 'workflows: only types'],
  ['workflows/planted-node.ts', `import 'node:crypto';`, 'workflows: no Node'],
  ['workflows/planted-package.ts', `import 'zod';`, 'workflows: packages'],
  ['activities/host/planted.ts', `import '../../catalog/target.ts';`, 'activities/host: rooms'],
  ['activities/control/planted.ts', `import '../host/target.ts';`, 'activities/control: rooms'],
  ['stages/planted.ts', `import '../storage/target.ts';`, 'stages: rooms'],
  ['storage/planted.ts', `import '../catalog/target.ts';`, 'storage: rooms'],
  ['catalog/planted.ts', `import '../storage/target.ts';`, 'catalog: rooms'],
  ['platform/planted.ts', `import '../catalog/target.ts';`, 'platform: rooms'],
  ['worker/planted.ts', `import '../api/target.ts';`, 'worker: rooms'],
  ['api/planted.ts', `import '../worker/target.ts';`, 'api: rooms'],
  ['client/planted.ts', `import '../platform/target.ts';`, 'client: rooms'],
  ['client/planted-node.ts', `import 'node:http';`, 'client: no Node'],
  ['web/planted.tsx', `import '../api/target.ts';`, 'web: rooms'],
  ['web/planted-node.ts', `import 'node:http';`, 'web: no Node'],
  ['api/planted-web.ts', `import '../web/ui/target.tsx';`, 'api: rooms'],
  ['web/features/one/planted.tsx', `import '../two/target.ts';`, 'web features stand alone'],
  ['web/features/one/planted-page.ts', `import '../../pages/target.tsx';`, 'web features stand alone'],
  ['web/ui/planted.tsx', `import '../features/two/target.ts';`, 'web parts know no features'],
  ['cli/planted.ts', `import '../catalog/target.ts';`, 'cli: rooms'],
  ['tools/planted.ts', `import '../platform/target.ts';`, 'every room has a row'],
  ['worker/run-host.ts', `import './by-the-way.ts';`, 'hosts have no catalog'],
  ['storage/cycle-back.ts', `import './cycle.ts';`, 'no cycles'],
  ['platform/planted-test.ts', `import '../test/target.ts';`, 'nothing imports tests'],
  ['platform/planted-dev.ts', `import 'prettier';`, 'only shipped packages'],
  ['platform/planted-lost.ts', `import './nowhere.ts';`, 'every import resolves'],
];

/** What the planted files reach, and imports that are allowed. */
const SURROUNDINGS: [file: string, text: string][] = [
  ...[
    'shared/errors',
    'shared/contract',
    'activities/host',
    'storage',
    'catalog',
    'platform',
    'worker',
    'api',
    'test',
  ].map((room): [string, string] => [`${room}/target.ts`, 'export {};']),
  ['web/features/two/target.ts', 'export {};'],
  ['web/ui/target.tsx', 'export {};'],
  ['web/pages/target.tsx', `import '../features/two/target.ts';`],
  ['web/features/two/allowed.tsx', `import './target.ts';\nimport '../../ui/target.tsx';\nimport 'react';`],
  ['activities/host/signatures.ts', 'export interface Stage { name: string }'],
  ['worker/by-the-way.ts', `import '../catalog/target.ts';`],
  ['storage/cycle.ts', `import './cycle-back.ts';`],
  ['workflows/allowed.ts', `import type { Stage } from '../activities/host/signatures.ts';\nexport type Copy = Stage;`],
  ['shared/contract/allowed.ts', `import 'zod';`],
  ['platform/allowed.test.ts', `import '../test/target.ts';\nimport 'prettier';`],
];

interface Violation {
  from: string;
  rule: { name: string };
}

let project: string;
let violations: Violation[];

beforeAll(async () => {
  project = await mkdtemp(path.join(tmpdir(), 'crunch-rules-'));
  for (const [file, text] of [...PLANTED, ...SURROUNDINGS]) {
    await mkdir(path.join(project, path.dirname(file)), { recursive: true });
    await writeFile(path.join(project, file), text);
  }
  for (const file of ['package.json', 'tsconfig.json', '.dependency-cruiser.cjs']) {
    await cp(file, path.join(project, file));
  }
  await symlink(path.resolve('node_modules'), path.join(project, 'node_modules'));
  violations = await findViolations(project);
});

afterAll(() => rm(project, { recursive: true, force: true }));

async function findViolations(folder: string): Promise<Violation[]> {
  const program = path.resolve('node_modules/.bin/depcruise');
  const output = await new Promise<string>((resolve) => {
    // It ends with the number of violations as its exit code.
    execFile(program, ['--output-type', 'json', '.'], { cwd: folder, maxBuffer: 1e9 }, (_error, stdout) =>
      resolve(stdout),
    );
  });
  return JSON.parse(output).summary.violations;
}

test.each(PLANTED)('in %s, %j breaks the rule “%s”', (file, _line, rule) => {
  expect(violations.filter((it) => it.from === file).map((it) => it.rule.name)).toContain(rule);
});

test('allowed imports break no rule', () => {
  expect(violations.filter((it) => it.from.includes('allowed'))).toEqual([]);
});

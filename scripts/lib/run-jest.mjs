import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT, runProgram } from './run-program.mjs';

// More at once would starve the servers that the tests share.
const WORKERS = 2;

/**
 * Runs the test files whose path has one of the patterns, or all. Returns the number of tests that passed and failed, a
 * file that could not be run counting as one failed, and the names of suites that were skipped.
 */
export async function runJest(patterns) {
  const folder = await mkdtemp(path.join(tmpdir(), 'crunch-test-'));
  const report = path.join(folder, 'report.json');
  try {
    // Modules of jest's own need the flag, programs that the tests start don't: hence no NODE_OPTIONS.
    const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
    const jest = ['node_modules/jest/bin/jest.js', `--maxWorkers=${WORKERS}`, '--json', `--outputFile=${report}`];
    const env = { CRUNCH_WORKFLOW_BUNDLE: path.join(ROOT, 'dist/workflow-bundle.js') };
    const { exitCode } = await runProgram(process.execPath, [...node, ...jest, ...patterns], { env, show: true });
    return { exitCode, ...summarise(await readReport(report)) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Undefined when jest ended before it could write one. */
async function readReport(file) {
  return JSON.parse(await readFile(file, 'utf8').catch(() => 'null')) ?? undefined;
}

function summarise(report) {
  if (report === undefined) return { passed: 0, failed: 1, skipped: [] };
  const skipped = report.testResults.flatMap((file) =>
    file.assertionResults
      .filter((test) => test.status === 'pending' || test.status === 'todo')
      .map((test) => `${path.relative(ROOT, file.name)}: ${test.ancestorTitles[0] ?? test.title}`),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: [...new Set(skipped)],
  };
}

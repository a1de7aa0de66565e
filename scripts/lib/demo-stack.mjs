import { chmod, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CrunchProgram } from './crunch-program.mjs';
import { ROOT } from './run-program.mjs';

const ASK_EVERY_MS = 200;

/**
 * Starts the embedded stack on data of its own and resolves when it is ready, with a `crunch` that is signed in to it.
 * `cleanup` gets what stops it and removes its data. Throws with what it said when it ends before.
 */
export async function startDemoStack(cleanup) {
  const { findFreePort } = await import(path.join(ROOT, 'dist/platform/free-port.js'));
  const [port, uiPort] = [await findFreePort(), await findFreePort()];
  const folder = await mkdtemp(path.join(tmpdir(), 'crunch-demo-'));
  // So that PostgreSQL's account may enter it where this runs as root.
  await chmod(folder, 0o711);
  cleanup.add(() => rm(folder, { recursive: true, force: true }));

  // Its sign-in must not replace the one that the account has.
  const crunch = new CrunchProgram({ XDG_CONFIG_HOME: path.join(folder, 'config'), CRUNCH_URL: '', CRUNCH_TOKEN: '' });
  const logFile = path.join(folder, 'up.log');
  const log = await open(logFile, 'w');
  const options = ['--data', path.join(folder, 'data'), '--port', `${port}`, '--temporal-ui-port', `${uiPort}`];
  const up = crunch.startInBackground(['up', ...options], log);
  cleanup.add(() => up.stop());
  await log.close();

  const stack = { crunch, folder, up, url: `http://127.0.0.1:${port}`, temporalUi: `http://127.0.0.1:${uiPort}` };
  if (await becomesHealthy(stack)) return stack;
  throw new Error(`crunch up ended before it was ready:\n${await readFile(logFile, 'utf8')}`);
}

/** False when the program ends instead. */
async function becomesHealthy({ url, up }) {
  let hasEnded = false;
  const ended = up.ended.then(() => (hasEnded = true));
  while (!hasEnded) {
    const answer = await fetch(`${url}/api/v1/health`).catch(() => undefined);
    if (answer?.status === 200 && !hasEnded) return true;
    await Promise.race([ended, wait(ASK_EVERY_MS)]);
  }
  return false;
}

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { buildProject } from '../lib/build-project.mjs';
import { Cleanup } from '../lib/cleanup.mjs';
import { ROOT } from '../lib/run-program.mjs';
import { runScript } from '../lib/run-script.mjs';

/** Runs a benchmark with a folder of its own, and says how busy the computer was. */
export async function runBench(work) {
  await runScript(async () => {
    await buildProject();
    const cleanup = new Cleanup();
    try {
      const folder = await mkdtemp(path.join(tmpdir(), 'crunch-bench-'));
      // So that PostgreSQL's account may enter it where this runs as root.
      await chmod(folder, 0o711);
      cleanup.add(() => rm(folder, { recursive: true, force: true }));
      await work(folder, cleanup);
      console.log(`load average: ${loadavg()[0].toFixed(1)}`);
    } finally {
      await cleanup.run();
    }
  });
}

/** Starts a server of this folder as a process of its own, and gives it with what it tells about itself first. */
export async function forkServer(script, argv, cleanup) {
  const server = fork(path.join(ROOT, 'scripts/bench', script), argv);
  cleanup.add(async () => {
    if (!server.connected) return;
    server.disconnect();
    await once(server, 'exit');
  });
  const ended = once(server, 'exit').then(([code]) =>
    Promise.reject(new Error(`the server ended (exit code ${code})`)),
  );
  ended.catch(() => undefined);
  const [places] = await Promise.race([once(server, 'message'), ended]);
  return { server, ...places };
}

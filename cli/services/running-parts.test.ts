import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { RunningParts } from './running-parts.ts';

describe('the parts of a server', () => {
  test('are stopped last to first, also after one that does not stop well', async () => {
    const stopped: string[] = [];
    const parts = new RunningParts();
    for (const name of ['database', 'broken', 'server']) {
      parts.add({
        name,
        async stop() {
          stopped.push(name);
          if (name === 'broken') throw new Error('will not');
        },
      });
    }
    await expect(parts.stop()).rejects.toMatchObject({ message: 'broken did not stop well: will not' });
    expect(stopped).toEqual(['server', 'broken', 'database']);
  });

  test('are killed also while they are being stopped', async () => {
    const program = spawn('sleep', ['600']);
    const parts = new RunningParts();
    const ended = once(program, 'exit');
    parts.add({ name: 'slow', pid: program.pid, stop: () => ended });
    const stopping = parts.stop();
    parts.kill();
    await stopping;
    expect(program.signalCode).toBe('SIGKILL');
  });

  test('tell when one ends by itself, but not when it was stopped', async () => {
    const end = async () => {};
    const lonely = new RunningParts();
    lonely.add({ name: 'PostgreSQL', ended: Promise.resolve(), stop: end });
    await once(lonely.failure, 'abort');
    expect(lonely.failure.reason).toMatchObject({ message: expect.stringContaining('PostgreSQL') });

    const parts = new RunningParts();
    let finish = (): void => {};
    const ended = new Promise<void>((resolve) => (finish = resolve));
    parts.add({ name: 'PostgreSQL', ended, stop: async () => finish() });
    await parts.stop();
    await ended;
    expect(parts.failure.aborted).toBe(false);
  });
});

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
    await parts.stop();
    expect(stopped).toEqual(['server', 'broken', 'database']);
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

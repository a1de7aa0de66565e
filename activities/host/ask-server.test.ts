import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { askServer } from './ask-server.ts';

const { signal } = new AbortController();

/** A server that is away for some questions. */
function server(questions: number, code: 'api-unreachable' | 'not-found' = 'api-unreachable') {
  let asked = 0;
  return async () => {
    if ((asked += 1) <= questions) throw new CrunchError(code, 'no answer');
    return asked;
  };
}

test('a stage waits while the server is away, and says so once', async () => {
  const messages: (string | undefined)[] = [];
  const context = { signal, progress: (_: number, message?: string) => void messages.push(message) };
  await expect(askServer(context, server(3))).resolves.toBe(4);
  expect(messages).toEqual([expect.stringMatching(/^waiting for the server since \d\d:\d\d UTC$/)]);
});

test('what the server refuses is not asked again', async () => {
  await expect(askServer({ signal, progress: () => {} }, server(1, 'not-found'))).rejects.toMatchObject({
    code: 'not-found',
  });
});

test('after ten minutes it waits no longer', async () => {
  let nowMs = 0;
  const now = () => (nowMs += 4 * 60_000);
  await expect(askServer({ signal, progress: () => {} }, server(99), now)).rejects.toMatchObject({
    code: 'api-unreachable',
  });
});

test('a stage that is stopped stops waiting', async () => {
  const stop = new AbortController();
  const asked = askServer({ signal: stop.signal, progress: () => stop.abort() }, server(99));
  await expect(asked).rejects.toMatchObject({ code: 'interrupted' });
});

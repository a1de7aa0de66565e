import { PassThrough } from 'node:stream';
import { readPassword } from './read-password.ts';

/** Types keys at a terminal, and gives what was read and what was shown. */
async function type(keys: string) {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const prompts = new PassThrough();
  input.end(keys);
  const outcome = await readPassword({ input, prompts, fromStdin: false }).catch((error: unknown) => error);
  return { outcome, shown: String(prompts.read()) };
}

test('what is typed is not shown', async () => {
  const typed = await type('violet-harboux\u007fr\rviolet-harbour\r');
  expect(typed).toEqual({ outcome: 'violet-harbour', shown: 'password: \nonce more: \n' });
});

test('two that differ are refused, Ctrl-C and the end of input interrupt', async () => {
  expect((await type('one\rtwo\r')).outcome).toMatchObject({ code: 'invalid-input' });
  expect((await type('one\r\u0003')).outcome).toMatchObject({ code: 'interrupted' });
  expect((await type('one\r')).outcome).toMatchObject({ code: 'interrupted' });
});

test('a pipe gives the whole password, but only when asked to', async () => {
  const piped = () => {
    const input = new PassThrough();
    input.end(' two words \n');
    return { input, prompts: new PassThrough() };
  };
  expect(await readPassword({ ...piped(), fromStdin: true })).toBe(' two words ');
  await expect(readPassword({ ...piped(), fromStdin: false })).rejects.toMatchObject({ code: 'invalid-input' });
});

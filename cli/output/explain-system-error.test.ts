import { readdir } from 'node:fs/promises';
import { explainSystemError } from './explain-system-error.ts';

test('what the system says of a file is told in words, with the file', async () => {
  const error: unknown = await readdir('/no such folder').catch((thrown: unknown) => thrown);
  expect(explainSystemError(error)).toMatchObject({
    code: 'invalid-input',
    message: '/no such folder: no such file or directory (ENOENT).',
  });
});

test.each([new Error('else'), 'text', undefined, null])('says nothing of %s', (error) => {
  expect(explainSystemError(error)).toBeUndefined();
});

import { readdir } from 'node:fs/promises';
import { explainSystemError, wordsOf } from './explain-system-error.ts';

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

test('where the file is named already, the words alone are told', async () => {
  const error: unknown = await readdir('/no such folder').catch((thrown: unknown) => thrown);
  expect(wordsOf(error)).toBe('no such file or directory (ENOENT)');
  expect(wordsOf(new Error('else'))).toBe('else');
});

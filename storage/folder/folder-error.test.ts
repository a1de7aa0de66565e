import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { folderError } from './folder-error.ts';

test.each([
  ['ENOSPC', 'storage-refused', 'the disk is full'],
  ['EDQUOT', 'storage-refused', 'the disk quota is used up'],
  ['EROFS', 'storage-refused', 'read-only'],
  ['EACCES', 'storage-refused', 'permissions'],
  ['EIO', 'storage-unavailable', 'still mounted'],
  ['ESTALE', 'storage-unavailable', 'still mounted'],
])('%s is %s, with the path and what to do', (code, meaning, words) => {
  const error = folderError(Object.assign(new Error('failed'), { code }), 'some/path');
  expect(error).toMatchObject({ code: meaning });
  expect(error.message).toContain('some/path');
  expect(error.message).toContain(words);
});

test('an error of Crunch’s own stays as it is', () => {
  const own = new CrunchError('lease-lost', 'The lease was lost.');
  expect(folderError(own, 'some/path')).toBe(own);
});

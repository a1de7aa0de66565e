import { hashPassword as hashByScrypt } from 'better-auth/crypto';
import { hashPassword, isOutdated, verifyPassword } from './passwords.ts';

test('a password is hashed by Argon2id, differently each time', async () => {
  const [first, second] = [await hashPassword('violet harbour'), await hashPassword('violet harbour')];
  expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(first).not.toBe(second);
  expect(await verifyPassword({ hash: first, password: 'violet harbour' })).toBe(true);
  expect(await verifyPassword({ hash: first, password: 'violet harbor' })).toBe(false);
  expect(isOutdated(first)).toBe(false);
});

test('a hash that scrypt left is still good, until it is replaced', async () => {
  const hash = await hashByScrypt('violet harbour');
  expect(await verifyPassword({ hash, password: 'violet harbour' })).toBe(true);
  expect(await verifyPassword({ hash, password: 'violet harbor' })).toBe(false);
  expect(isOutdated(hash)).toBe(true);
});

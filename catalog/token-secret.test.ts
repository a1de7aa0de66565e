import { crc32 } from 'node:zlib';
import { isTokenSecret, makeTokenSecret } from './token-secret.ts';

test('a secret has its kind, 30 random characters and a checksum', () => {
  const secret = makeTokenSecret('host');
  expect(secret).toMatch(/^crn_host_[0-9A-Za-z]{36}$/);
  expect(isTokenSecret(secret)).toBe(true);
  expect(makeTokenSecret('host')).not.toBe(secret);
});

test('any single mistyped character is noticed', () => {
  const secret = makeTokenSecret('user');
  for (let place = 'crn_user_'.length; place < secret.length; place += 1) {
    const typo = secret[place] === 'x' ? 'y' : 'x';
    expect(isTokenSecret(secret.slice(0, place) + typo + secret.slice(place + 1))).toBe(false);
  }
});

test.each(['', 'crn_user_', 'ghp_0123456789', `${makeTokenSecret('user')}a`])('%j is not one', (text) => {
  expect(isTokenSecret(text)).toBe(false);
});

test('the checksum is the CRC-32 that scanners compute', () => {
  const secret = makeTokenSecret('user');
  const digits = secret.slice(-6).split('');
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  const value = digits.reduce((sum, digit) => sum * 62 + alphabet.indexOf(digit), 0);
  expect(value).toBe(crc32(secret.slice(0, -6)));
});

import { dictionary } from '@zxcvbn-ts/language-common';
import { assertHardToGuess } from './password-policy.ts';

const MOST_COMMON = dictionary['passwords-common'].slice(0, 3000);

test('none of the 3,000 most common passwords is hard to guess', async () => {
  expect(MOST_COMMON).toHaveLength(3000);
  const outcomes = await Promise.allSettled(MOST_COMMON.map((common) => assertHardToGuess(common, [], 'password')));
  expect(MOST_COMMON.filter((_, index) => outcomes[index]?.status === 'fulfilled')).toEqual([]);
});

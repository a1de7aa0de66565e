import { SecretMask, Secrets } from './secrets.ts';

const TOKEN = 'crn_host_0123456789abcdef';

function secretsOf(...values: string[]): Secrets {
  const secrets = new Secrets();
  secrets.add(...values);
  return secrets;
}

function maskAll(secrets: Secrets, chunks: Buffer[]): string {
  const mask = new SecretMask(secrets);
  return Buffer.concat([...chunks.map((chunk) => mask.push(chunk)), mask.end()]).toString();
}

test('a secret is hidden wherever an output is cut', () => {
  const output = Buffer.from(`a ${TOKEN}${TOKEN} b ${TOKEN.slice(0, 9)} ${TOKEN}`);
  for (let size = 1; size <= output.length; size += 1) {
    const chunks = Array.from({ length: Math.ceil(output.length / size) }, (_, index) =>
      output.subarray(index * size, (index + 1) * size),
    );
    expect(maskAll(secretsOf(TOKEN), chunks)).toBe('a [hidden][hidden] b crn_host_ [hidden]');
  }
});

test('what is no secret passes at once and unchanged, whatever bytes it consists of', () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
  expect(new SecretMask(secretsOf(TOKEN)).push(bytes)).toEqual(bytes);
  expect(new SecretMask(new Secrets()).push(bytes)).toEqual(bytes);
});

test('of secrets that begin alike the whole longer one is hidden, and signs have no meaning', () => {
  expect(secretsOf('pass.word', 'pass.word+more').hide('pass.word+more pass.word passxword')).toBe(
    '[hidden] [hidden] passxword',
  );
  expect(secretsOf('pässwörter').hide('„pässwörter“')).toBe('„[hidden]“');
});

test('a secret that is forgotten is shown, and one too short to be told from words is none', () => {
  const secrets = secretsOf(TOKEN, 'abc');
  expect(secrets.hide(`abc ${TOKEN}`)).toBe('abc [hidden]');
  secrets.forget(TOKEN);
  expect(secrets.hide(TOKEN)).toBe(TOKEN);
});

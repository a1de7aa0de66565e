import { PassThrough } from 'node:stream';
import { createLogger } from './logger.ts';

function captureLog(options: { pretty: boolean }) {
  const destination = new PassThrough();
  const logger = createLogger({ name: 'test', destination, ...options });
  return { logger, text: () => String(destination.read()) };
}

test('a line is JSON with the name of its part, and holds no secret', () => {
  const { logger, text } = captureLog({ pretty: false });
  logger.info({ token: 'crn_1', request: { headers: { authorization: 'Bearer crn_2' } }, dataset: 'p:d' }, 'hello');
  expect(JSON.parse(text())).toMatchObject({ name: 'test', msg: 'hello', dataset: 'p:d', token: '[hidden]' });
});

test.each([true, false])('secrets are masked at every depth that is used (for people: %s)', (pretty) => {
  const { logger, text } = captureLog({ pretty });
  logger.warn({ a: { b: { password: 'canary' } }, credentials: { id: 'canary' }, x: { cookie: 'canary' } }, 'hello');
  const line = text();
  expect(line).toContain('hello');
  expect(line).not.toContain('canary');
});

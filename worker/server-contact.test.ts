import { createLogger } from '../platform/logger.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import type { HostEvent } from './host-options.ts';
import { ServerContact } from './server-contact.ts';

test('a server that is away is told once, and that it is back; a refusal is neither', () => {
  const events: HostEvent[] = [];
  const logger = createLogger({ name: 'test', level: 'fatal' });
  const contact = new ServerContact({ logger, onEvent: (event) => void events.push(event) });
  contact.answered();
  contact.failed(new CrunchError('not-allowed', 'No.'), 'could not ask');
  expect(events).toEqual([]);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    contact.failed(new CrunchError('api-unreachable', 'Nobody there.'), 'could not ask');
  }
  contact.answered();
  contact.answered();
  expect(events).toEqual([{ type: 'server-away' }, { type: 'server-back', seconds: expect.any(Number) }]);
});

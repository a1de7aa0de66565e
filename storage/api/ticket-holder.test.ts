import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { TicketHolder } from './ticket-holder.ts';

/** A server that numbers the tickets it gives, each good for 100 s. */
function setUp() {
  let nowMs = 0;
  let given = 0;
  const requestTicket = async () => {
    given += 1;
    return { ticket: `ticket ${given}`, expiresInSeconds: 100, canSign: false, largestWholeBytes: null };
  };
  const holder = new TicketHolder({ requestTicket }, () => nowMs);
  const use = (signal?: AbortSignal) => holder.use({ signal }, async ({ ticket }) => ticket);
  return { holder, use, pass: (seconds: number) => (nowMs += seconds * 1000) };
}

test('all who need a ticket share one, until it is renewed before its end', async () => {
  const { use, pass } = setUp();
  expect(await Promise.all([use(), use(), use()])).toEqual(['ticket 1', 'ticket 1', 'ticket 1']);
  pass(79);
  expect(await use()).toBe('ticket 1');
  pass(2);
  expect(await use()).toBe('ticket 2');
});

test('a ticket that the server refuses is replaced once', async () => {
  const { holder, use } = setUp();
  const used: string[] = [];
  const refuse = new CrunchError('not-allowed', 'the ticket is unknown');
  const first = holder.use({}, async ({ ticket }) => {
    used.push(ticket);
    if (used.length === 1) throw refuse;
    return ticket;
  });
  expect(await first).toBe('ticket 2');
  expect(await use()).toBe('ticket 2');
  await expect(holder.use({}, async () => Promise.reject(refuse))).rejects.toBe(refuse);
});

test('other refusals are not about the ticket', async () => {
  const { holder, use } = setUp();
  const lost = new CrunchError('lease-lost', 'the lease is over');
  await expect(holder.use({}, async () => Promise.reject(lost))).rejects.toBe(lost);
  expect(await use()).toBe('ticket 1');
});

test('a ticket that could not be had is asked for again', async () => {
  let isAway = true;
  const requestTicket = async () => {
    if (isAway) throw new CrunchError('api-unreachable', 'nobody answers');
    return { ticket: 'late', expiresInSeconds: 100, canSign: false, largestWholeBytes: null };
  };
  const holder = new TicketHolder({ requestTicket });
  const use = () => holder.use({}, async ({ ticket }) => ticket);
  await expect(use()).rejects.toMatchObject({ code: 'api-unreachable' });
  isAway = false;
  expect(await use()).toBe('late');
});

test('who is interrupted doesn’t wait for a ticket', async () => {
  const holder = new TicketHolder({ requestTicket: () => new Promise(() => undefined) });
  const stop = new AbortController();
  const use = holder.use({ signal: stop.signal }, async () => 'used');
  stop.abort();
  await expect(use).rejects.toMatchObject({ code: 'interrupted' });
});

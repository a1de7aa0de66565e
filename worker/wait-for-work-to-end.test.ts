import { LeaseTable } from '../activities/host/lease-table.ts';
import { createLogger } from '../platform/logger.ts';
import type { HostWork } from '../shared/contract/hosts.ts';
import type { HostEvent, HostMode } from './host-options.ts';
import { ServerContact } from './server-contact.ts';
import { waitForWorkToEnd } from './wait-for-work-to-end.ts';
import { LEASE_INPUT } from '../test/helpers/lease-input.ts';

const NOTHING: HostWork = { queued: 0, runningElsewhere: 0, held: 0, ended: [] };

/** A host whose work on one dataset is done, and a server that gives these answers, one after another. */
async function endAfter(mode: HostMode, answers: HostWork[]) {
  const leases = new LeaseTable(1);
  leases.claimed();
  leases.leaveOpen(leases.add(LEASE_INPUT));
  for (const lease of leases.all()) leases.remove(lease);
  const events: HostEvent[] = [];
  const asked: unknown[] = [];
  const client = {
    async getHostWork({ query }: { query?: { leases?: unknown } }) {
      asked.push(query?.leases);
      const answer = answers[asked.length - 1];
      if (!answer) throw new Error('the host should have ended');
      return answer;
    },
  };
  const options = {
    mode,
    logger: createLogger({ name: 'test', level: 'fatal' }),
    onEvent: (e: HostEvent) => events.push(e),
  };
  const contact = new ServerContact(options);
  await waitForWorkToEnd({ client, options, contact, name: 'lab', leases, signal: new AbortController().signal });
  return { asked, finished: events.filter((event) => event.type === 'finished') };
}

test.each<HostMode>([{ kind: 'loop', untilEmpty: true }, { kind: 'next' }, { kind: 'run', dataset: 'p:d' }])(
  '%j ends when it is known how its run was closed, also where the catalog lags behind',
  async (mode) => {
    const end = { ...NOTHING, ended: [{ lease: 'r1/1', outcome: 'failed' as const }] };
    const { asked, finished } = await endAfter(mode, [NOTHING, { ...NOTHING, held: 1 }, end]);
    expect(asked).toEqual([['r1/1'], ['r1/1'], ['r1/1']]);
    expect(finished).toMatchObject([{ dataset: 'p:d', outcome: 'failed' }]);
  },
);

test('next does not wait for what others will take', async () => {
  const rest = {
    ...NOTHING,
    queued: 7,
    runningElsewhere: 2,
    ended: [{ lease: 'r1/1', outcome: 'completed' as const }],
  };
  const { finished } = await endAfter({ kind: 'next' }, [rest]);
  expect(finished).toMatchObject([{ outcome: 'completed' }]);
});

import { closeRun, markRunWaiting } from '../../catalog/run-events.ts';
import { TICKET_HEADER } from '../../shared/contract/lease-files.ts';
import { describeContent, LeaseBench, type BenchLease } from '../helpers/lease-bench.ts';
import { startTestApi } from '../helpers/test-api.ts';
import { describeWith } from '../setup/test-services.ts';

const END = { outcome: 'completed', failureClass: null, note: null, hostLosses: 0 } as const;

await describeWith('postgres', 'the ticket of a lease', ({ url: databaseUrl }) => {
  let bench: LeaseBench;

  beforeAll(async () => {
    bench = await LeaseBench.start(databaseUrl);
  });
  afterAll(() => bench.stop());

  const look = (ticket: string, path = 'in.txt', client = bench.client) =>
    client.statLeaseFile({ query: { path }, headers: { [TICKET_HEADER]: ticket } });

  /** A lease whose dataset has a file, and its ticket. */
  async function holdWithFile(project?: string): Promise<BenchLease & { ticket: string }> {
    const lease = await bench.hold({ project });
    await bench.store(`${lease.basePath}/in.txt`, `of ${lease.dataset}`);
    return { ...lease, ticket: await bench.ticketOf(lease) };
  }

  test('opens the files of its dataset', async () => {
    const { ticket, dataset } = await holdWithFile();
    await expect(look(ticket)).resolves.toMatchObject({ path: 'in.txt', sizeBytes: `of ${dataset}`.length });
  });

  test.each([
    [
      'altered in one character',
      (ticket: string) => ticket.slice(0, 20) + (ticket[20] === 'a' ? 'b' : 'a') + ticket.slice(21),
    ],
    ['cut off', (ticket: string) => ticket.slice(0, -1)],
    ['none at all', () => 'x'],
    ['a token', () => bench.token],
  ])('is refused when it is %s', async (_, change) => {
    const { ticket } = await holdWithFile();
    await expect(look(change(ticket))).rejects.toMatchObject({ code: 'not-allowed' });
  });

  test('opens no other dataset than its own', async () => {
    const [one, other] = [await holdWithFile(), await holdWithFile()];
    const storage = bench.open(one);
    await expect(storage.read(`${other.basePath}/in.txt`)).rejects.toMatchObject({ code: 'storage-refused' });
    await expect(look(other.ticket, `../${one.basePath}/in.txt`)).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(look(one.ticket, `${other.basePath}/in.txt`)).rejects.toMatchObject({ code: 'not-found' });
    await storage.close();
  });

  test.each([
    ['another host', { host: 'other' }],
    ['another start of the host', { boot: 'boot-other' }],
    ['a lease before it', { leaseNumber: 1 }],
  ])('is not given to %s', async (what, change) => {
    const lease = await bench.hold();
    if (what === 'a lease before it') await bench.claim({ ...lease, leaseNumber: 2 });
    await expect(bench.ticketOf({ ...lease, ...change })).rejects.toMatchObject({ code: 'lease-lost' });
  });

  test('is not given to a token that doesn’t see the project, and not good for one', async () => {
    const { ticket, ...lease } = await holdWithFile();
    const stranger = bench.connect(await bench.api.makeToken({ scope: 'host', projects: ['other'] }));
    const { leaseNumber, host, boot } = lease;
    const ask = stranger.requestTicket({ params: { id: lease.runId }, body: { leaseNumber, host, boot } });
    await expect(ask).rejects.toMatchObject({ code: 'not-found' });
    await expect(look(ticket, 'in.txt', stranger)).rejects.toMatchObject({ code: 'not-allowed' });
  });

  test('is given as soon as the catalog hears of the claim', async () => {
    const lease = await bench.offer();
    let isAnswered = false;
    const asked = bench.ticketOf(lease).finally(() => (isAnswered = true));
    await bench.client.listHosts();
    expect(isAnswered).toBe(false);
    await bench.claim(lease);
    await expect(asked).resolves.toMatch(/^crn_lease_/);
  });

  test('is given to the next lease when the catalog still has the one before', async () => {
    const lease = await bench.hold();
    const next = { ...lease, leaseNumber: 2, boot: 'boot-next' };
    const asked = bench.ticketOf(next);
    await bench.client.listHosts();
    await bench.claim(next);
    await expect(asked).resolves.toMatch(/^crn_lease_/);
  });

  test.each([
    ['lost', ({ runId }: BenchLease) => markRunWaiting(bench.api.catalog, { runId, reason: 'silent', hostLosses: 1 })],
    ['ended', ({ runId }: BenchLease) => closeRun(bench.api.catalog, { runId, ...END })],
    ['outrun by a later one', (lease: BenchLease) => bench.claim({ ...lease, leaseNumber: 2, boot: 'boot-next' })],
  ])('dies with its lease when that is %s', async (_, end) => {
    const lease = await holdWithFile();
    await end(lease);
    await expect(look(lease.ticket)).rejects.toMatchObject({ code: 'lease-lost' });
    await expect(bench.ticketOf(lease)).rejects.toMatchObject({ code: 'lease-lost' });
    const storage = bench.open(lease);
    await expect(storage.stat(`${lease.basePath}/in.txt`)).rejects.toMatchObject({ code: 'lease-lost' });
    await storage.close();
  });

  test('an upload during which a later lease comes is not put in place', async () => {
    const lease = await holdWithFile();
    const content = Buffer.from('written by a lease that is over');
    const storage = bench.open(lease);
    const write = bench.api.storage.write.bind(bench.api.storage);
    // The server has let the upload in, and nothing of it has been read yet.
    bench.api.storage.write = async (...args) => {
      bench.api.storage.write = write;
      await bench.claim({ ...lease, leaseNumber: 2, boot: 'boot-next' });
      return write(...args);
    };
    const upload = storage.write(`${lease.basePath}/in.txt`, content, describeContent(content));
    await expect(upload).rejects.toMatchObject({ code: 'lease-lost' });
    expect(await bench.textOf(`${lease.basePath}/in.txt`)).toBe(`of ${lease.dataset}`);
    await storage.close();
  });

  test('is refused once it has expired; a host goes on with a new one', async () => {
    const lease = await holdWithFile();
    const storage = bench.open(lease);
    await storage.stat(`${lease.basePath}/in.txt`);
    await bench.api.catalog.prisma.leaseTicket.updateMany({ data: { expiresAt: new Date(0) } });
    await expect(look(lease.ticket)).rejects.toMatchObject({ code: 'not-allowed' });
    await expect(storage.stat(`${lease.basePath}/in.txt`)).resolves.toMatchObject({ path: `${lease.basePath}/in.txt` });
    await storage.close();
    // With each new ticket the expired ones go.
    expect(await bench.api.catalog.prisma.leaseTicket.count()).toBe(1);
  });

  test('lives for an hour at most', async () => {
    const { runId, leaseNumber, host, boot } = await bench.hold();
    const answer = await bench.client.requestTicket({ params: { id: runId }, body: { leaseNumber, host, boot } });
    expect(answer.expiresInSeconds).toBeLessThanOrEqual(3600);
    const row = await bench.api.catalog.prisma.leaseTicket.findFirstOrThrow({ where: { runId } });
    expect(row.expiresAt.getTime() - Date.now()).toBeLessThanOrEqual(3600_000);
  });

  test('is good at every server of the catalog', async () => {
    const { ticket } = await holdWithFile();
    const second = await startTestApi({ databaseUrl });
    const client = await second.signIn({ scope: 'host' });
    // It is let in; the second server's folder has no such file.
    await expect(look(ticket, 'in.txt', client)).rejects.toMatchObject({ code: 'not-found' });
    await second.stop();
  });

  test('is neither in the catalog nor in the log', async () => {
    const { ticket } = await holdWithFile();
    await look(ticket);
    await look(`${ticket}x`).catch(() => undefined);
    const rows = await bench.api.catalog.prisma.leaseTicket.findMany();
    expect(JSON.stringify(rows)).not.toContain(ticket);
    expect(bench.api.readLog()).not.toContain(ticket);
  });
});

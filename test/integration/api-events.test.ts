import { randomUUID } from 'node:crypto';
import { revokeToken } from '../../catalog/tokens.ts';
import { createClient, type CrunchClient } from '../../client/index.ts';
import type { Change } from '../../shared/contract/events.ts';
import { makeSignInBench, type SignInBench } from '../helpers/sign-in-bench.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import type { TestBrowser } from '../helpers/test-browser.ts';
import { addDataset, addHost, addProject } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

await describeWith('postgres', 'live events', ({ url: databaseUrl }) => {
  let api: TestApi;
  let other: TestApi;
  let bench: SignInBench;
  let third: TestApi | undefined;
  const opened: AbortController[] = [];

  beforeAll(async () => {
    // Two processes over one catalog, as in a large set-up.
    [api, other] = await Promise.all([startTestApi({ databaseUrl }), startTestApi({ databaseUrl })]);
    bench = await makeSignInBench(api);
    await addProject(api.catalog, { name: 'own', visibility: 'internal' });
    await addProject(api.catalog, { name: 'other' });
    await addDataset(api.catalog, 'own', 'set');
    await addDataset(api.catalog, 'other', 'set');
    // A process listens to the catalog from its first stream on, and then says that anything may have changed.
    for (const { url } of [api, other]) {
      const changes = await createClient({ url, token: await api.makeToken() }).streamEvents();
      expect((await changes.next()).value).toEqual({});
      await changes.return(undefined);
    }
  });
  afterEach(() => {
    for (const reader of opened.splice(0)) reader.abort();
  });
  afterAll(() => Promise.all([api.stop(), other.stop(), third?.stop()]));

  interface Stream {
    /** The next change that names something; undefined when the server ended the stream. */
    next(): Promise<Change | undefined>;
    close(): void;
  }

  /** Opens a stream at the second process, and waits until it hears. */
  async function listen(token: string, query: { project?: string[]; dataset?: string[] } = {}): Promise<Stream> {
    const client = createClient({ url: other.url, token, retryDelaysMs: [] });
    return read(client, query);
  }

  async function read(client: CrunchClient, query: { project?: string[]; dataset?: string[] }): Promise<Stream> {
    const gone = new AbortController();
    opened.push(gone);
    const changes = await client.streamEvents({ query }, { signal: gone.signal });
    return {
      async next() {
        for (;;) {
          const { done, value } = await changes.next();
          if (done) return undefined;
          if (Object.keys(value).length > 0) return value;
        }
      },
      close: () => gone.abort(),
    };
  }

  /** A stream of a browser's own. */
  async function watch({ cookie }: TestBrowser): Promise<Stream> {
    const withCookie: typeof fetch = (input, init) => {
      const request = new Request(input, init);
      request.headers.set('cookie', cookie);
      return fetch(request);
    };
    return read(createClient({ url: other.url, fetch: withCookie, retryDelaysMs: [] }), {});
  }

  // Only what differs from what was there is a change.
  const newWords = () => ({ description: randomUUID() });
  const change = (slug: string) => bench.admin.changeDataset({ params: { slug }, body: newWords() });

  test('tell what changed, as a browser reads them', async () => {
    const headers = { authorization: `Bearer ${await api.makeToken({ scope: 'read' })}` };
    const gone = new AbortController();
    opened.push(gone);
    const response = await fetch(`${api.url}/api/v1/events?project=own`, { headers, signal: gone.signal });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const readUntil = async (end: string) => {
      while (!text.includes(end)) text += (await reader.read()).value ?? '';
    };
    await readUntil('keep-alive\n\n');
    expect(text).toMatch(/^retry: 2000\n\n: keep-alive\n\n/);
    await change('own:set');
    await readUntil('"own:set"');
    expect(text).toContain('event: change\ndata: {"dataset":"own:set"');
    gone.abort();
  });

  test('reach every process', async () => {
    const stream = await listen(await api.makeToken({ scope: 'read' }));
    await change('other:set');
    expect(await stream.next()).toMatchObject({ dataset: 'other:set' });
    await bench.admin.changeProject({ params: { slug: 'own' }, body: newWords() });
    expect(await stream.next()).toEqual({ project: 'own' });
    await addHost(api.catalog, { name: 'm3' });
    expect(await stream.next()).toEqual({ host: 'm3' });
  });

  test('a limited token is told of its projects alone', async () => {
    const stream = await listen(await api.makeToken({ scope: 'read', projects: ['own'] }));
    await change('other:set');
    await bench.admin.changeProject({ params: { slug: 'other' }, body: newWords() });
    await change('own:set');
    expect(await stream.next()).toMatchObject({ dataset: 'own:set' });
  });

  test('only what is asked for is told', async () => {
    const stream = await listen(await api.makeToken({ scope: 'read' }), { dataset: ['own:set'] });
    await change('other:set');
    await change('own:set');
    expect(await stream.next()).toMatchObject({ dataset: 'own:set' });
  });

  test('a stream ends with its token', async () => {
    const { token, id } = await bench.admin.createToken({ body: { name: 'short-lived', scope: 'read' } });
    const [stream, lasting] = [await listen(token), await listen(await api.makeToken({ scope: 'read' }))];
    await revokeToken(api.catalog, { id }, { name: 'a test' });
    expect(await stream.next()).toBeUndefined();
    await change('own:set');
    expect(await lasting.next()).toMatchObject({ dataset: 'own:set' });
  });

  test('a stream ends with its session, however that ends', async () => {
    const [out, revoked, removed] = [await bench.signedIn(), await bench.signedIn(), await bench.signedIn()];
    const all = [out, revoked, removed];
    const streams = await Promise.all(all.map(({ browser }) => watch(browser)));
    await out.browser.send('POST', '/api/auth/sign-out', { body: {} });
    expect(await streams[0]?.next()).toBeUndefined();
    await revoked.browser.send('POST', '/api/auth/revoke-sessions', { body: {} });
    expect(await streams[1]?.next()).toBeUndefined();
    await bench.admin.removePerson({ params: { id: removed.person.id } });
    expect(await streams[2]?.next()).toBeUndefined();
  });

  test('an open stream does not keep its session alive', async () => {
    const { person, browser } = await bench.signedIn();
    const soon = new Date(Date.now() + 3600_000);
    const stream = await watch(browser);
    const { session } = api.catalog.prisma;
    await session.updateMany({ where: { personId: person.id }, data: { expiresAt: soon } });
    const { id } = await bench.admin.createToken({ body: { name: 'any', scope: 'read' } });
    // Every stream is looked at again.
    await revokeToken(api.catalog, { id }, { name: 'a test' });
    await change('own:set');
    expect(await stream.next()).toMatchObject({ dataset: 'own:set' });
    expect((await session.findFirstOrThrow({ where: { personId: person.id } })).expiresAt).toEqual(soon);
  });

  test('a caller may have only so many, and a closed one makes room', async () => {
    const token = await api.makeToken({ scope: 'read' });
    const streams = await Promise.all(Array.from({ length: 20 }, () => listen(token)));
    await expect(listen(token)).rejects.toMatchObject({ code: 'too-many-attempts' });
    await listen(await api.makeToken({ scope: 'read' }));
    streams[0]?.close();
    const again = async (): Promise<Stream> => listen(token).catch(() => again());
    await again();
  });

  test('a HEAD request ends, and so do streams when the server stops', async () => {
    third = await startTestApi({ databaseUrl });
    const token = await third.makeToken({ scope: 'read' });
    const head = { method: 'HEAD', headers: { authorization: `Bearer ${token}` } };
    for (let time = 0; time < 25; time += 1) {
      expect((await fetch(`${third.url}/api/v1/events`, head)).status).toBe(200);
    }
    const stream = await read(createClient({ url: third.url, token }), {});
    await third.stop();
    expect(await stream.next()).toBeUndefined();
  });
});

import type { CrunchClient } from '../../client/index.ts';
import type { Member } from '../../shared/contract/members.ts';
import { makeSignInBench, type SignInBench } from '../helpers/sign-in-bench.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import type { TestBrowser } from '../helpers/test-browser.ts';
import { describeWith } from '../setup/test-services.ts';

await describeWith('postgres', 'members of projects', ({ url: databaseUrl }) => {
  let api: TestApi;
  let admin: CrunchClient;
  let bench: SignInBench;
  let projects = 0;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    bench = await makeSignInBench(api);
    admin = bench.admin;
  });
  afterAll(() => api.stop());

  /** A project that somebody has just added, and who that is. */
  async function addProject(): Promise<{ slug: string; owner: string; browser: TestBrowser }> {
    const { browser, person } = await bench.signedIn('member');
    projects += 1;
    const made = await browser.send('POST', '/api/v1/projects', { body: { name: `Shared ${projects}` } });
    expect(made).toMatchObject({ status: 201, body: { visibility: 'private', may: expect.arrayContaining(['own']) } });
    return { slug: `shared-${projects}`, owner: person.email, browser };
  }

  async function set(browser: TestBrowser, slug: string, email: string, role: string): Promise<number> {
    return (await browser.send('PUT', `/api/v1/projects/${slug}/members/${email}`, { body: { role } })).status;
  }

  async function remove(browser: TestBrowser, slug: string, email: string): Promise<number> {
    return (await browser.send('DELETE', `/api/v1/projects/${slug}/members/${email}`, { body: {} })).status;
  }

  test('whoever adds a project owns it, and lets others in, at once', async () => {
    const { slug, owner, browser } = await addProject();
    const guest = await bench.signedIn('guest');
    const { email } = guest.person;
    const seen = async () => (await guest.browser.send('GET', `/api/v1/projects/${slug}`)).status;
    expect(await seen()).toBe(404);
    expect(await set(browser, slug, email.toUpperCase(), 'viewer')).toBe(200);
    expect(await seen()).toBe(200);
    const { items } = await admin.listMembers({ params: { slug } });
    const roles = items.map((member: Member) => `${member.role} ${member.email}`);
    expect(roles.sort()).toEqual([`owner ${owner}`, `viewer ${email}`]);
    expect(await set(guest.browser, slug, email, 'owner')).toBe(403);
    expect(await set(browser, slug, email, 'editor')).toBe(200);
    const body = { project: slug, name: 'By a guest' };
    expect((await guest.browser.send('POST', '/api/v1/datasets', { body })).status).toBe(201);
    expect(await remove(browser, slug, email)).toBe(204);
    expect(await seen()).toBe(404);
    expect(await remove(browser, slug, email)).toBe(404);
    expect(await set(browser, slug, 'nobody@example.org', 'viewer')).toBe(404);
  });

  test('one owner remains, unless an admin takes over', async () => {
    const { slug, owner, browser } = await addProject();
    expect([await set(browser, slug, owner, 'editor'), await remove(browser, slug, owner)]).toEqual([409, 409]);
    const other = await bench.signedIn('member');
    await set(browser, slug, other.person.email, 'owner');
    const leaving = [remove(browser, slug, owner), remove(other.browser, slug, other.person.email)];
    expect((await Promise.all(leaving)).map(String).sort()).toEqual(['204', '409']);
    const { items } = await admin.listMembers({ params: { slug } });
    await admin.removeMember({ params: { slug, email: items[0]?.email ?? '' } });
    await expect(admin.listMembers({ params: { slug } })).resolves.toEqual({ items: [], next: null });
  });

  test('are listed by pages', async () => {
    const { slug, owner } = await addProject();
    const others = [await bench.addPerson('guest'), await bench.addPerson('guest')];
    for (const { email } of others) await admin.setMember({ params: { slug, email }, body: { role: 'viewer' } });
    const first = await admin.listMembers({ params: { slug }, query: { limit: 2 } });
    const second = await admin.listMembers({ params: { slug }, query: { limit: 2, cursor: first.next ?? '' } });
    const emails = [...first.items, ...second.items].map(({ email }) => email);
    expect(emails).toEqual([owner, ...others.map(({ email }) => email)].sort());
  });

  test('a stream of events hears when projects come or go', async () => {
    const { slug } = await addProject();
    const guest = await bench.signedIn('guest');
    const { cookie } = guest.browser;
    const gone = new AbortController();
    const response = await fetch(`${api.url}/api/v1/events`, { headers: { cookie }, signal: gone.signal });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const hears = async (end: string) => {
      while (!text.includes(end)) {
        const { done, value } = await reader.read();
        if (done) throw new Error(`${response.status}: the stream ended with ${text}`);
        text += value;
      }
      text = '';
      return true;
    };
    expect(await hears('keep-alive\n\n')).toBe(true);
    // The server's first stream makes it listen to the catalog, and what was before that may have been missed.
    expect(await hears('data: {}\n\n')).toBe(true);
    const params = { slug, email: guest.person.email };
    await admin.setMember({ params, body: { role: 'viewer' } });
    expect(await hears('data: {}\n\n')).toBe(true);
    await admin.createDataset({ body: { project: slug, name: 'New' } });
    expect(await hears(`"dataset":"${slug}:new"`)).toBe(true);
    await admin.removeMember({ params });
    expect(await hears('data: {}\n\n')).toBe(true);
    gone.abort();
  });
});

import { startTestApi, type TestApi, type TestApiOptions } from '../helpers/test-api.ts';
import { describeWith } from '../setup/test-services.ts';

await describeWith('postgres', 'the limits of requests', ({ url: databaseUrl }) => {
  const apis: TestApi[] = [];

  async function start(options: Omit<TestApiOptions, 'databaseUrl'> = {}): Promise<TestApi> {
    const api = await startTestApi({ databaseUrl, ...options });
    apis.push(api);
    return api;
  }

  afterAll(() => Promise.all(apis.map((api) => api.stop())));

  async function ask(api: TestApi, path: string, headers: Record<string, string> = {}): Promise<Response> {
    const response = await fetch(api.url + path, { headers });
    await response.arrayBuffer();
    return response;
  }

  async function statusesOf(count: number, request: (attempt: number) => Promise<Response>): Promise<number[]> {
    const statuses: number[] = [];
    for (let attempt = 0; attempt < count; attempt += 1) statuses.push((await request(attempt)).status);
    return statuses;
  }

  test('who sends too much has to wait, is told how long, and keeps nobody else out', async () => {
    const api = await start({ requestsPerSecond: 1 });
    const [greedy, other] = [await api.makeToken(), await api.makeToken()].map((token) => `Bearer ${token}`);
    const askAs = (authorization = '') => ask(api, '/api/v1/server', { authorization });
    expect(await statusesOf(10, () => askAs(greedy))).toEqual(Array(10).fill(200));
    const refused = await askAs(greedy);
    expect([refused.status, Number(refused.headers.get('retry-after'))]).toEqual([429, expect.any(Number)]);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(10);
    expect((await askAs(other)).status).toBe(200);
  });

  test('wrong tokens count by address, whatever address they claim to have', async () => {
    const api = await start({ now: () => 0 });
    const statuses = await statusesOf(32, (attempt) =>
      ask(api, '/api/v1/server', {
        authorization: `Bearer crn_user_${attempt}`,
        'x-forwarded-for': `198.51.100.${attempt}`,
      }),
    );
    expect(statuses).toEqual([...Array<number>(30).fill(401), 429, 429]);
  });

  test('behind a trusted proxy each address counts for itself, and one that it was told of does not', async () => {
    const api = await start({ trustedProxies: ['127.0.0.1'], now: () => 0 });
    const wrong = (address: string) =>
      ask(api, '/api/v1/server', { authorization: 'Bearer crn_user_x', 'x-forwarded-for': address });
    // The proxy adds the caller's address at the end; what stands before is the caller's own claim.
    const statuses = await statusesOf(31, (attempt) => wrong(`203.0.113.${attempt}, 198.51.100.1`));
    expect(statuses.at(-1)).toBe(429);
    expect((await wrong('198.51.100.2')).status).toBe(401);
  });

  test('strangers are limited where they need no sign-in', async () => {
    const api = await start({ requestsPerSecond: 10 });
    const statuses = await statusesOf(11, () => ask(api, '/api/auth/get-session'));
    expect(statuses).toEqual([...Array<number>(10).fill(200), 429]);
    const refused = await ask(api, '/api/v1/health');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^\d+$/)]);
    expect((await ask(api, '/api/v1/server', { authorization: `Bearer ${await api.makeToken()}` })).status).toBe(200);
  });
});

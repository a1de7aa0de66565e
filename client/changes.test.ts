import { changesOf } from './changes.ts';
import { createClient } from './create-client.ts';

/** A server that gives these answers in turn. */
function clientOf(...answers: Response[]) {
  const asked: string[] = [];
  const answer: typeof fetch = async (input) => {
    asked.push(input instanceof Request ? input.url : String(input));
    return answers.shift() ?? Response.error();
  };
  return { client: createClient({ url: 'http://server', fetch: answer, retryDelaysMs: [] }), asked };
}

function stream(...chunks: string[]): Response {
  return new Response(new Blob(chunks).stream(), { headers: { 'content-type': 'text/event-stream' } });
}

function problem(status: number, code: string): Response {
  return Response.json({ type: 'x', title: code, status, code, requestId: 'x' }, { status });
}

test('changes come over all connections, until a new one would not help', async () => {
  const { client, asked } = clientOf(
    stream(
      'retry: 1\n\n: keep-alive\n\nevent: change\ndata: {"dataset":',
      '"p:å"}\n\nevent: change\ndata: {"host":"m"}\n\n',
    ),
    problem(503, 'catalog-unavailable'),
    stream('event: change\ndata: {"project":"p"}\n\n'),
    problem(401, 'not-signed-in'),
  );
  const told: unknown[] = [];
  const listening = (async () => {
    for await (const change of changesOf(client, { query: { project: ['p'] } })) told.push(change);
  })();
  await expect(listening).rejects.toMatchObject({ code: 'not-signed-in' });
  expect(told).toEqual([{}, { dataset: 'p:å' }, { host: 'm' }, {}, { project: 'p' }]);
  expect(asked).toEqual(Array(4).fill('http://server/api/v1/events?project=p'));
});

test('an aborted signal ends them', async () => {
  const { client } = clientOf(stream('event: change\ndata: {"host":"m"}\n\n'));
  const gone = new AbortController();
  const changes = changesOf(client, {}, { signal: gone.signal });
  expect((await changes.next()).value).toEqual({});
  expect((await changes.next()).value).toEqual({ host: 'm' });
  gone.abort();
  await expect(changes.next()).rejects.toMatchObject({ code: 'interrupted' });
});

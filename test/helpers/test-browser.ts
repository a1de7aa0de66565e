import { request } from 'node:http';

interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

/** What a browser does with a server: it keeps cookies, and says where its requests come from. */
export interface TestBrowser {
  /** The cookies that it holds, as it sends them. */
  cookie: string;
  /** Sends what a page of the server's own would; `headers` replace those of the browser, null leaves one out. */
  send(
    method: string,
    path: string,
    more?: { body?: unknown; headers?: Record<string, string | null> },
  ): Promise<Answer>;
}

/** A browser that reaches the server at `url` as `origin`, by default the same; a proxy may stand between them. */
export function openBrowser(url: string, origin = url): TestBrowser {
  const browser: TestBrowser = {
    cookie: '',
    async send(method, path, { body, headers = {} } = {}) {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const sent = {
        host: new URL(origin).host,
        origin,
        'x-crunch-client': 'test',
        ...(browser.cookie !== '' && { cookie: browser.cookie }),
        ...(text !== undefined && {
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(text)),
        }),
        ...headers,
      };
      const kept = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== null)) as Record<
        string,
        string
      >;
      const answer = await exchange(url, { method, path, headers: kept, text });
      for (const cookie of answer.headers.getSetCookie()) keep(browser, cookie);
      return answer;
    },
  };
  return browser;
}

function keep(browser: TestBrowser, setCookie: string): void {
  const pair = setCookie.split(';', 1)[0] ?? '';
  const isOver = /Max-Age=0|Expires=Thu, 01 Jan 1970/i.test(setCookie);
  browser.cookie = isOver ? '' : pair;
}

/** Unlike fetch, this sends all headers as they are given, and the path as it stands. */
function exchange(
  url: string,
  { method, path, headers, text }: { method: string; path: string; headers: Record<string, string>; text?: string },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const received = new Headers();
        for (const [name, values] of Object.entries(response.headersDistinct)) {
          for (const value of values ?? []) received.append(name, value);
        }
        resolve({ status: response.statusCode ?? 0, headers: received, body: parse(Buffer.concat(chunks).toString()) });
      });
    });
    sent.once('error', reject);
    sent.end(text);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

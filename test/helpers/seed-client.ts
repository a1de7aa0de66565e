import type { TestApi } from './test-api.ts';

/** What django-crunch's API answered. */
export interface SeedAnswer {
  status: number;
  body: unknown;
}

/** Talks to django-crunch's API as its own client does: with a token, and forms. */
export class SeedClient {
  readonly #api: TestApi;
  readonly #token: string;
  readonly hostname: string;

  constructor(api: TestApi, token: string, hostname = '') {
    this.#api = api;
    this.#token = token;
    this.hostname = hostname;
  }

  async send(
    method: string,
    path: string,
    body?: RequestInit['body'],
    headers: Record<string, string> = {},
  ): Promise<SeedAnswer> {
    const authorization = `Token ${this.#token}`;
    const answer = await fetch(this.#api.url + path, { method, headers: { authorization, ...headers }, body });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? '' : (JSON.parse(text) as unknown) };
  }

  get(path: string): Promise<SeedAnswer> {
    return this.send('GET', path);
  }

  post(path: string, fields: Record<string, string>): Promise<SeedAnswer> {
    return this.send('POST', path, new URLSearchParams(fields));
  }

  /** The slug that it got, empty when nothing was left. */
  async next(path = '/api/next/'): Promise<string> {
    const { body } = await this.get(path);
    return (body as { dataset: string }).dataset;
  }

  /** Tells of a dataset, by the numbers of django-crunch: stages and states count from 1. */
  async tell(dataset: number, stage: number, state: number, note = ''): Promise<SeedAnswer> {
    const fields = { dataset, stage, state, note, hostname: this.hostname };
    return this.post('/api/statuses/', Object.fromEntries(Object.entries(fields).map(([k, v]) => [k, String(v)])));
  }
}

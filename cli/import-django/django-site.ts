import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { normalizeServerUrl } from '../../client/make-url.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';

const Described = z.object({
  id: z.int(),
  name: z.string(),
  slug: z.string(),
  description: z.string(),
  details: z.string(),
});

export const DjangoProject = Described.extend({ workflow: z.string() });
export type DjangoProject = z.infer<typeof DjangoProject>;

/** Anything in the tree, projects and datasets too. */
export const DjangoItem = Described.extend({ parent: z.string().nullable() });
export type DjangoItem = z.infer<typeof DjangoItem>;

export const DjangoDataset = DjangoItem.extend({ base_file_path: z.string() });
export type DjangoDataset = z.infer<typeof DjangoDataset>;

/** An attribute, whose type is that of the list that it is in. */
export const DjangoAttribute = z.object({
  item: z.string(),
  key: z.string(),
  value: z.union([z.string(), z.number(), z.boolean()]).optional(),
  latitude: z.coerce.number().optional(),
  longitude: z.coerce.number().optional(),
});
export type DjangoAttribute = z.infer<typeof DjangoAttribute>;

const text = z.string().default('');
const bytes = z.number().nullable().default(null);

export const DjangoStatus = z.object({
  dataset: z.int(),
  stage: z.int(),
  state: z.int(),
  ...{ note: text, agent_user: text, version: text, revision: text, system: text, system_release: text },
  ...{ system_version: text, machine: text, hostname: text, ip_address: text, mac_address: text },
  ...{ memory_total: bytes, memory_free: bytes, disk_total: bytes, disk_free: bytes },
});
export type DjangoStatus = z.infer<typeof DjangoStatus>;

const Envelope = z.object({ next: z.string().nullable(), results: z.array(z.unknown()) });

/** What may pass by itself is tried again after these pauses. */
const PAUSES_MS = [500, 2000];
const TIMEOUT_MS = 60_000;

/** Reads a running django-crunch through its REST API. */
export class DjangoSite {
  readonly url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.url = normalizeServerUrl(url);
    this.#token = token;
  }

  /** All records of a list, whether the site gives it in pages or at once. */
  async *list<T>(path: string, schema: z.ZodType<T>): AsyncGenerator<T> {
    for (let page = 1; ; page += 1) {
      const address = `${this.url}/api/${path}/${page === 1 ? '' : `?page=${page}`}`;
      const body = await this.#get(address);
      const envelope = Array.isArray(body) ? { next: null, results: body } : parse(Envelope, body, address);
      for (const record of envelope.results) yield parse(schema, record, address);
      if (envelope.next === null) return;
    }
  }

  async listAll<T>(path: string, schema: z.ZodType<T>): Promise<T[]> {
    const records: T[] = [];
    for await (const record of this.list(path, schema)) records.push(record);
    return records;
  }

  async #get(address: string): Promise<unknown> {
    for (const pauseMs of PAUSES_MS) {
      try {
        return await this.#getOnce(address);
      } catch (error) {
        if (!(error instanceof CrunchError) || !error.retryable) throw error;
        await delay(pauseMs);
      }
    }
    return this.#getOnce(address);
  }

  async #getOnce(address: string): Promise<unknown> {
    const headers = { authorization: `Token ${this.#token}`, accept: 'application/json' };
    let answer: Response;
    try {
      // A redirect elsewhere would take the token along.
      answer = await fetch(address, { headers, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (error) {
      throw new CrunchError('api-unreachable', `${address} does not answer. Is the address right?`, { cause: error });
    }
    if (answer.ok) return answer.json().catch(() => throwNoSite(address));
    await answer.body?.cancel();
    if (answer.status === 401 || answer.status === 403) {
      throw new CrunchError('not-signed-in', `${address} does not take the token, or its user may not read that.`);
    }
    if (answer.status === 404) throwNoSite(address);
    throw new CrunchError('api-unreachable', `${address} answers with ${answer.status}. Try again.`);
  }
}

function throwNoSite(address: string): never {
  throw new CrunchError('not-found', `There is no API of django-crunch at ${address}.`);
}

function parse<T>(schema: z.ZodType<T>, value: unknown, address: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const fault = `${issue?.path.join('.')}: ${issue?.message}`;
  throw new CrunchError('invalid-input', `${address} answers with something else than django-crunch does: ${fault}.`);
}

import type { Caller } from '../auth/caller.ts';
import type { ApiContext } from '../context.ts';
import type { Form, SentForm } from './parse-form.ts';

/** One request to django-crunch's API. */
export interface SeedCall {
  context: ApiContext;
  caller: Caller;
  /** The slug in the path, where it has one. */
  slug: string;
  sent: SentForm;
  /** The page that was asked for. */
  page: string | undefined;
  /** The request's own address, with its query. */
  url: URL;
}

/** Gives the JSON of the answer; nothing for a deletion. */
export type SeedHandler = (call: SeedCall) => Promise<unknown>;

export type SeedMethod = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** One path of django-crunch's API. */
export interface SeedRoute {
  /** Below `/api`, with `:slug` for a slug. */
  path: string;
  /** As OPTIONS tells it. */
  name: string;
  methods: Partial<Record<SeedMethod, SeedHandler>>;
  /** What POST or PUT takes. */
  form?: Form;
  /** GET changes something, so that HEAD must not do the same. */
  getClaims?: true;
}

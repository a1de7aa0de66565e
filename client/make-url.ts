import { API_PREFIX } from '../shared/contract/index.ts';
import type { Endpoint } from '../shared/contract/endpoint.ts';
import { refuseInput } from '../shared/contract/refuse-input.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';

/** The server's address without what comes after its path. Throws `invalid-input` unless it is http(s). */
export function normalizeServerUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    throw new CrunchError(
      'invalid-input',
      `“${url}” is not the address of a server; give one such as https://crunch.example.org`,
    );
  }
  return `${parsed.origin}${parsed.pathname}`.replace(/\/+$/, '');
}

/**
 * The URL of one call. Parameters are checked first: a URL would quietly resolve a `..`, and so name something else.
 * Throws `invalid-input`.
 */
export function makeUrl(
  server: string,
  endpoint: Endpoint,
  input: { params?: Record<string, unknown>; query?: Record<string, unknown> },
): string {
  const checked = endpoint.params?.safeParse(input.params ?? {});
  if (checked?.success === false) {
    throw refuseInput('This can’t be asked', checked.error);
  }
  const path = endpoint.path.replace(/\{(\w+)(\*?)\}/g, (_, name: string, rest: string) => {
    const value = String(input.params?.[name]);
    return rest === '' ? encodeURIComponent(value) : value.split('/').map(encodeURIComponent).join('/');
  });
  return `${server}${API_PREFIX}${path}${makeQuery(input.query ?? {})}`;
}

function makeQuery(query: Record<string, unknown>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) search.append(name, String(one));
    }
  }
  return search.size === 0 ? '' : `?${search.toString()}`;
}

import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { CrunchError, messageOf } from '../shared/errors/crunch-error.ts';

interface GuardOptions {
  /** Hosts (`host` or `host:port`) that may be asked though their addresses are internal. */
  allow: readonly string[];
  /** How names become addresses; the system's way when absent. */
  resolveHost?: (host: string) => Promise<LookupAddress[]>;
}

interface FetchOptions extends GuardOptions {
  maxBytes: number;
  /** For the whole of it, redirects included; 30 s when absent. */
  timeoutMs?: number;
}

const ALLOW_HINT = 'Whoever runs this server can allow its host by CRUNCH_WORKFLOW_HOSTS.';
const TIMEOUT_MS = 30_000;
const MOST_REDIRECTS = 5;
const DEFAULT_PORTS: Record<string, string> = { 'https:': '443', 'http:': '80', 'ssh:': '22' };
const PUBLIC_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Fetches what somebody named by URL, without letting the name lead to the server's own network: every address, also
 * that of each redirect, is checked, and the connection goes to the address that was checked.
 * Raises `invalid-input` for what is refused, `too-large`, and `source-unavailable` for what can't be had now.
 */
export async function fetchGuarded(given: string, options: FetchOptions): Promise<Buffer> {
  const signal = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
  let url = parseUrl(given);
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const response = await request(url, await resolveGuarded(url, options), signal);
    const { statusCode = 0, headers } = response;
    if (REDIRECTS.has(statusCode) && headers.location) {
      response.destroy();
      url = parseUrl(headers.location, url);
    } else if (statusCode === 200) {
      return readBody(response, url, options.maxBytes, signal);
    } else {
      response.destroy();
      throw unavailable(url, `it answers ${statusCode}`);
    }
  }
  throw unavailable(parseUrl(given), `it redirects more than ${MOST_REDIRECTS} times`);
}

/**
 * The address that a URL's host has, if it may be asked. Whoever connects has to use this address, since the name may
 * lead elsewhere a moment later. Raises `invalid-input` and `source-unavailable`.
 */
export async function resolveGuarded(
  url: URL,
  { allow, resolveHost = resolveBySystem }: GuardOptions,
): Promise<string> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = await resolveHost(host).catch((error: unknown) => {
    throw unavailable(url, messageOf(error), error);
  });
  if (!isAllowed(url, allow)) {
    const internal = addresses.find(({ address }) => !isPublic(address));
    if (internal) throw refused(url, `${internal.address} is not an address of the public internet. ${ALLOW_HINT}`);
  }
  // Not every machine with IPv6 has a way out by it.
  const chosen = addresses.find(({ family }) => family === 4) ?? addresses[0];
  if (!chosen) throw unavailable(url, 'its host has no address');
  return chosen.address;
}

function resolveBySystem(host: string): Promise<LookupAddress[]> {
  return lookup(host, { all: true });
}

function parseUrl(given: string, base?: URL): URL {
  if (!URL.canParse(given, base?.href)) throw new CrunchError('invalid-input', `“${given}” is no URL`);
  const url = new URL(given, base);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused(url, 'only https and http are possible');
  if (url.username || url.password) throw refused(url, 'it has a user name or password in it');
  return url;
}

function isAllowed({ hostname, port, protocol }: URL, allow: readonly string[]): boolean {
  return allow.includes(hostname) || allow.includes(`${hostname}:${port || DEFAULT_PORTS[protocol]}`);
}

/** Only what is given out for use in the public internet; an IPv4 address within an IPv6 one counts as itself. */
function isPublic(address: string): boolean {
  const parsed = ipaddr.process(address);
  return parsed.range() === 'unicast' && (parsed.kind() === 'ipv4' || parsed.match(PUBLIC_IPV6));
}

function request(url: URL, address: string, signal: AbortSignal): Promise<http.IncomingMessage> {
  const connectToChecked: LookupFunction = (_host, options, callback) => {
    const family = address.includes(':') ? 6 : 4;
    if (options.all) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
  return new Promise((resolve, reject) => {
    const { get } = url.protocol === 'https:' ? https : http;
    get(url, { lookup: connectToChecked, signal, agent: false, headers: { 'user-agent': 'crunch' } }, resolve).on(
      'error',
      (error) => reject(unavailable(url, signal.aborted ? 'it takes too long' : messageOf(error), error)),
    );
  });
}

async function readBody(
  response: http.IncomingMessage,
  url: URL,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) {
        throw new CrunchError('too-large', `What ${nameOf(url)} gives is larger than ${maxBytes} bytes`);
      }
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof CrunchError) throw error;
    throw unavailable(url, signal.aborted ? 'it takes too long' : messageOf(error), error);
  }
  return Buffer.concat(chunks);
}

function refused(url: URL, reason: string): CrunchError {
  return new CrunchError('invalid-input', `The URL ${nameOf(url)} is refused: ${reason}`);
}

function unavailable(url: URL, reason: string, cause?: unknown): CrunchError {
  return new CrunchError('source-unavailable', `The URL ${nameOf(url)} can't be fetched: ${reason}`, { cause });
}

/** Without a password, and without a query, which may hold a signature. */
function nameOf({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname}`;
}

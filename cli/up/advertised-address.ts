import { networkInterfaces } from 'node:os';

const ANY_ADDRESS = new Set(['0.0.0.0', '::']);

/**
 * Where others reach a server that listens on `address`: there, or for one that listens on all addresses at the first
 * of this computer that is not its own loop.
 */
export function advertisedAddress(address: string): string {
  if (!ANY_ADDRESS.has(address)) return address;
  const family = address === '::' ? 'IPv6' : 'IPv4';
  const own = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  const outward = own.find((entry) => !entry.internal && entry.family === family && !entry.address.startsWith('fe80'));
  return outward?.address ?? '127.0.0.1';
}

/** An address as it stands in a URL. */
export function urlHost(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

import type { Host } from '../../../shared/contract/hosts.ts';

/** Who works and who doesn't, in a sentence. */
export function describeHosts(hosts: readonly Pick<Host, 'state' | 'holds'>[]): string {
  const count = (state: Host['state']) => hosts.filter((host) => host.state === state).length;
  const [live, draining, silent] = [count('live'), count('draining'), count('silent')];
  const working = hosts.filter((host) => host.state === 'live' && host.holds.length > 0).length;
  const parts = [live === 0 ? 'No host is live: datasets wait until one starts' : `${live} live, ${working} working`];
  if (draining > 0) parts.push(`${draining} draining`);
  if (silent > 0) parts.push(`${silent} silent`);
  return `${parts.join('; ')}.`;
}

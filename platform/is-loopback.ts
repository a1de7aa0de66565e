import ipaddr from 'ipaddr.js';

/** Whether what is at the host `name`, a name or an address without a port, is reached by programs of this computer only. */
export function isLoopback(name: string): boolean {
  return name === 'localhost' || (ipaddr.isValid(name) && ipaddr.process(name).range() === 'loopback');
}

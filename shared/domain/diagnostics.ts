/** What a host tells about itself with each status. Sizes are in bytes; null where the system doesn't tell. */
export interface Diagnostics {
  /** The account under which the host runs. */
  agentUser: string;
  /** Crunch's version on the host. */
  version: string;
  /** The source revision of Crunch on the host; empty for a packed release. */
  revision: string;
  system: string;
  systemRelease: string;
  systemVersion: string;
  machine: string;
  hostname: string;
  ipAddress: string;
  macAddress: string;
  memoryTotal: number | null;
  memoryFree: number | null;
  diskTotal: number | null;
  diskFree: number | null;
}

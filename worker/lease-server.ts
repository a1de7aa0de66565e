import type { CrunchClient } from '../client/index.ts';
import { makeUrl, normalizeServerUrl } from '../client/make-url.ts';
import type { Endpoint } from '../shared/contract/endpoint.ts';
import { contract } from '../shared/contract/index.ts';
import { TICKET_HEADER } from '../shared/contract/lease-files.ts';
import type { LeaseServer } from '../storage/api/lease-server.ts';
import type { CallOptions } from '../storage/storage.ts';

/** Which server, and which hold on which run of it. */
export interface LeaseServerOptions {
  /** One that tries nothing twice: whoever uses the server for files tries again itself. */
  client: CrunchClient;
  url: string;
  token: string;
  runId: string;
  leaseNumber: number;
  host: string;
  boot: string;
  /** Hears of each ticket. */
  onTicket?: (ticket: string) => void;
}

type Call = (input: object, options: CallOptions) => Promise<unknown>;

/** The server as one lease of this host sees it. */
export function createLeaseServer(options: LeaseServerOptions): LeaseServer {
  const { client, token, runId, leaseNumber, host, boot, onTicket } = options;
  const location = normalizeServerUrl(options.url);
  return {
    location,
    async requestTicket({ signal }) {
      const answer = await client.requestTicket(
        { params: { id: runId }, body: { leaseNumber, host, boot } },
        { signal },
      );
      onTicket?.(answer.ticket);
      return answer;
    },
    call(name, ticket, input, { signal }) {
      // What input and answer an operation has, its name tells whoever calls; here all are alike.
      const call = client[name] as Call;
      return call({ ...input, headers: { [TICKET_HEADER]: ticket } }, { signal }) as never;
    },
    address(name, ticket, query) {
      const endpoint: Endpoint = contract[name];
      return {
        method: endpoint.method.toUpperCase(),
        url: makeUrl(location, endpoint, { query }),
        headers: { authorization: `Bearer ${token}`, [TICKET_HEADER]: ticket },
      };
    },
  };
}

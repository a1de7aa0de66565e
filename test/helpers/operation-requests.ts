import type { Endpoint, EndpointArguments } from '../../shared/contract/endpoint.ts';
import { API_PREFIX, type Contract, type OperationName } from '../../shared/contract/index.ts';

/** Where an example request is sent to: things that exist, so that nothing but a lack of rights is in its way. */
export interface RequestPlace {
  /** The project's slug. */
  project: string;
  /** A dataset that is queued, so that nothing happens to it. */
  dataset: string;
  /** The dataset's run, of a lease that is over. */
  run: string;
  /** The id of an attribute of the dataset. */
  attribute: number;
  /** The address of somebody with an account who is a member nowhere. */
  email: string;
  /** Different for each request, for new names. */
  number: number;
}

export type ExampleRequest = Partial<Record<'params' | 'query' | 'headers' | 'body', unknown>>;

const NOBODY = '00000000-0000-4000-8000-000000000000';
const SHA256 = 'f'.repeat(64);
const TICKET = { headers: { 'crunch-ticket': 'none' } };
const BOOT = 'boot-1';
const HOST = { params: { name: 'nobody' } };
const WRITE = { path: 'a', uploadId: 'x' };
const DIAGNOSTICS = {
  ...{ agentUser: '', version: '', revision: '', system: '', systemRelease: '', systemVersion: '' },
  ...{ machine: '', hostname: '', ipAddress: '', macAddress: '' },
  ...{ memoryTotal: null, memoryFree: null, diskTotal: null, diskFree: null },
};

/**
 * A valid request for each operation, which does no harm where it is let through: it fails on the state of its dataset,
 * changes nothing of weight, or makes something new.
 */
export const EXAMPLE_REQUESTS = {
  getHealth: () => ({}),
  getServer: () => ({}),
  getCaller: () => ({}),

  listProjects: () => ({}),
  createProject: ({ number }) => ({ body: { name: `made ${number}` } }),
  getProject: ({ project }) => ({ params: { slug: project } }),
  changeProject: ({ project }) => ({ params: { slug: project }, body: { description: 'changed' } }),
  deleteProject: ({ project }) => ({ params: { slug: project }, query: { confirm: project } }),
  getProjectWorkflow: ({ project }) => ({ params: { slug: project } }),
  getWorkflowContent: () => ({ params: { sha256: SHA256 } }),

  pauseProject: ({ project }) => ({ params: { slug: project }, body: { reason: 'to look at it' } }),
  resumeProject: ({ project }) => ({ params: { slug: project } }),

  listMembers: ({ project }) => ({ params: { slug: project } }),
  setMember: ({ project }) => ({ params: { slug: project, email: 'stranger@example.org' }, body: { role: 'viewer' } }),
  removeMember: ({ project, email }) => ({ params: { slug: project, email } }),

  listDatasets: () => ({}),
  countDatasets: () => ({}),
  createDataset: ({ project, number }) => ({ body: { project, name: `made ${number}` } }),
  getDataset: ({ dataset }) => ({ params: { slug: dataset } }),
  changeDataset: ({ dataset }) => ({ params: { slug: dataset }, body: { description: 'changed' } }),
  deleteDataset: ({ dataset }) => ({ params: { slug: dataset } }),
  importDatasets: ({ project, number }) => ({
    query: { dryRun: 'true' },
    body: { project, name: `made ${number}` } as never,
  }),
  exportDatasets: () => ({ query: { format: 'jsonl' } }),
  queueDatasets: ({ dataset }) => ({ body: { datasets: [dataset], host: 'desk', dryRun: true } }),
  retryDatasets: ({ dataset }) => ({ body: { datasets: [dataset], dryRun: true } }),
  cancelDatasets: ({ dataset }) => ({ body: { datasets: [dataset], dryRun: true } }),
  listStatuses: ({ dataset }) => ({ params: { slug: dataset } }),
  listRuns: ({ dataset }) => ({ params: { slug: dataset } }),
  getRun: ({ run }) => ({ params: { id: run } }),

  listFiles: ({ dataset }) => ({ params: { slug: dataset } }),
  getFile: ({ dataset }) => ({ params: { slug: dataset, path: 'none' } }),
  getArchive: ({ dataset }) => ({ params: { slug: dataset } }),
  putFile: ({ dataset }) => ({ params: { slug: dataset, path: 'new' }, query: { sha256: SHA256 }, body: 'x' as never }),

  readLog: ({ dataset }) => ({ params: { slug: dataset } }),
  followLog: ({ dataset }) => ({ params: { slug: dataset } }),

  listItems: ({ project }) => ({ query: { parent: project } }),
  createItem: ({ project, number }) => ({ body: { parent: project, name: `made ${number}` } }),
  getItem: ({ dataset }) => ({ params: { slug: dataset } }),
  changeItem: ({ dataset }) => ({ params: { slug: dataset }, body: { description: 'changed' } }),
  deleteItem: ({ dataset }) => ({ params: { slug: dataset } }),
  importHistory: ({ dataset }) => ({ params: { slug: dataset }, body: { statuses: [] } }),
  getTotals: ({ dataset }) => ({ params: { slug: dataset } }),
  listPlaces: ({ dataset }) => ({ params: { slug: dataset } }),
  previewDeletion: ({ dataset }) => ({ params: { slug: dataset } }),
  moveItem: ({ dataset }) => ({ params: { slug: dataset }, body: { name: 'moved' } }),
  createAttribute: ({ dataset }) => ({
    body: { item: dataset, attribute: { key: 'k', type: 'char', value: 'v' } },
  }),

  // Of a version that it never has.
  changeAttribute: ({ attribute }) => ({
    params: { id: attribute },
    headers: { 'if-match': '"999999"' },
    body: { key: 'k', type: 'char', value: 'v' },
  }),
  deleteAttribute: ({ attribute }) => ({ params: { id: attribute }, headers: { 'if-match': '"999999"' } }),

  listHosts: () => ({}),
  getHostConfig: () => ({}),
  registerHost: () => ({
    body: {
      ...{ name: 'nobody', boot: BOOT, version: '0', protocol: -1, slots: 1, projects: [], pools: [] },
      ...{ stages: [], engines: [], diagnostics: DIAGNOSTICS },
    },
  }),
  beatHost: () => ({ ...HOST, body: { boot: BOOT, draining: false } }),
  getHostWork: () => HOST,
  refuseRun: ({ run }) => ({ params: { id: run }, body: { host: 'nobody', reason: 'a test' } }),
  leaveHost: () => ({ ...HOST, body: { boot: BOOT } }),
  reportOutput: ({ run }) => ({
    body: { reports: [{ runId: run, leaseNumber: 1, host: 'nobody', boot: BOOT, first: 0, lines: [] }] },
  }),

  requestTicket: ({ run }) => ({ params: { id: run }, body: { leaseNumber: 1, host: 'nobody', boot: BOOT } }),
  listLeaseFiles: () => TICKET,
  statLeaseFile: () => ({ ...TICKET, query: { path: 'a' } }),
  readLeaseFile: () => ({ ...TICKET, query: { path: 'a' } }),
  writeLeaseFile: () => ({ ...TICKET, query: { path: 'a', sha256: SHA256 }, body: 'x' as never }),
  copyLeaseFile: () => ({ ...TICKET, body: { from: 'a', to: 'b' } }),
  deleteLeaseFile: () => ({ ...TICKET, query: { path: 'a' } }),
  proveStorage: () => ({}),
  signLeaseRead: () => ({ ...TICKET, body: { path: 'a' } }),
  signLeaseWrite: () => ({ ...TICKET, body: { path: 'a', sizeBytes: 1, sha256: SHA256 } }),
  startLeaseParts: () => ({ ...TICKET, body: { path: 'a', sha256: SHA256 } }),
  signLeasePart: () => ({ ...TICKET, body: { ...WRITE, part: { number: 1, sizeBytes: 1, sha256: SHA256 } } }),
  writeLeasePart: () => ({ ...TICKET, query: { ...WRITE, number: 1, sha256: SHA256 }, body: 'x' as never }),
  finishLeaseParts: () => ({
    ...TICKET,
    body: { ...WRITE, sizeBytes: 1, parts: [{ number: 1, sha256: SHA256, etag: 'x' }] },
  }),
  discardLeaseParts: () => ({ ...TICKET, body: WRITE }),

  listTokens: () => ({}),
  createToken: () => ({ body: { name: 'made', scope: 'read' } }),
  revokeToken: () => ({ params: { id: 999_999 } }),

  listPeople: () => ({}),
  createPerson: ({ email }) => ({ body: { email, name: 'A', password: 'violet-harbour-73-lantern' } }),
  changePerson: () => ({ params: { id: NOBODY }, body: { name: 'B' } }),
  removePerson: () => ({ params: { id: NOBODY } }),

  streamEvents: () => ({}),

  listAuditEvents: () => ({}),
  exportAuditEvents: () => ({}),
} satisfies { [Name in OperationName]: (place: RequestPlace) => Partial<EndpointArguments<Contract[Name]>> };

/** Where an example request goes. */
export function pathOf({ path }: Endpoint, { params = {}, query = {} }: ExampleRequest): string {
  const filled = path.replace(/\{(\w+)\*?\}/g, (_, name: string) => String((params as Record<string, unknown>)[name]));
  const search = new URLSearchParams(query as Record<string, string>).toString();
  return API_PREFIX + filled + (search === '' ? '' : `?${search}`);
}

/** Where that is not JSON. */
export function contentType({ body }: Endpoint): Record<string, string> {
  if (body === 'bytes') return { 'content-type': 'application/octet-stream' };
  return body !== undefined && 'lines' in body ? { 'content-type': 'application/x-ndjson' } : {};
}

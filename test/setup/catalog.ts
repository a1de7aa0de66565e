import pg from 'pg';
import { createDataset } from '../../catalog/create-dataset.ts';
import { registerHost, type HostInput } from '../../catalog/hosts.ts';
import { openCatalog, type Catalog } from '../../catalog/open-catalog.ts';
import { createProject, type NewProjectInput, type ProjectRecord } from '../../catalog/projects.ts';
import type { Diagnostics } from '../../shared/domain/diagnostics.ts';

/** Opens fresh catalogs; all are closed by `close`. */
export interface TestCatalogs {
  open(): Promise<Catalog>;
  /** The URL of a fresh, migrated database. */
  createDatabase(): Promise<string>;
  close(): Promise<void>;
}

/** Makes catalogs beside a migrated database to which nobody connects: it is their template. */
export function makeTestCatalogs(templateUrl: string): TestCatalogs {
  const template = new URL(templateUrl).pathname.slice(1);
  const opened: Catalog[] = [];
  let databases = 0;
  const createDatabase = async () => {
    databases += 1;
    const name = `${template}_${databases}`;
    await runSql(databaseUrl(templateUrl, 'postgres'), `CREATE DATABASE ${name} TEMPLATE ${template}`);
    return databaseUrl(templateUrl, name);
  };
  return {
    createDatabase,
    open: async () => {
      const catalog = openCatalog({ databaseUrl: await createDatabase() });
      opened.push(catalog);
      return catalog;
    },
    close: async () => {
      await Promise.all(opened.map((catalog) => catalog.close()));
    },
  };
}

/** Runs statements on a connection of their own. */
export async function runSql(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** The URL of another database on the same server. */
export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Who does in the audit log what tests do. */
export const TESTER = { name: 'tester' };

/** Adds a project whose workflow is a script. */
export function addProject(
  catalog: Catalog,
  input: Partial<NewProjectInput> & { name: string },
): Promise<ProjectRecord> {
  const text = new TextEncoder().encode(`#!/bin/sh\necho ${input.name}\n`);
  const content = { content: text, sha256: 'a'.repeat(64), format: 'text', entry: 'workflow' } as const;
  const workflow = { source: { kind: 'text' }, content };
  return createProject(catalog, { description: '', details: '', engine: 'script', workflow, ...input }, TESTER);
}

/** Adds a dataset and returns its slug. */
export async function addDataset(
  catalog: Catalog,
  project: string,
  name: string,
  input: { queue?: boolean; held?: boolean; priority?: number } = {},
): Promise<string> {
  const rest = { description: '', details: '', priority: 3, held: false, queue: false };
  return (await createDataset(catalog, { project, name, ...rest, ...input }, TESTER)).slug;
}

/** Adds many queued datasets by one statement: `<project>:d-1` and on. */
export async function addQueuedDatasets(catalog: Catalog, project: string, count: number): Promise<void> {
  await catalog.prisma.$executeRaw`
    WITH parent AS (SELECT id, slug FROM item WHERE slug = ${project}),
    added AS (
      INSERT INTO item (kind, parent_id, name, slug)
      SELECT 'dataset', parent.id, 'd ' || n, parent.slug || ':d-' || n FROM parent, generate_series(1, ${count}::int) AS n
      RETURNING id, parent_id, slug
    )
    INSERT INTO dataset (item_id, project_id, base_path, state, queued_at)
    SELECT id, parent_id, slug, 'queued', now() FROM added`;
}

/** Registers a host that can run everything, and returns its name. */
export async function addHost(catalog: Catalog, host: Partial<HostInput> & { name: string }): Promise<string> {
  const able = { stages: ['download', 'workflow', 'upload'], engines: ['script' as const, 'snakemake' as const] };
  const scope = { projects: [], pools: [], pinnedOnly: false };
  const told = { boot: `boot-${host.name}`, version: '1', protocol: 1, slots: 2, diagnostics: DIAGNOSTICS };
  return (await registerHost(catalog, { ...able, ...scope, ...told, ...host }, { silentAfterMs: 3600_000 })).name;
}

export const DIAGNOSTICS: Diagnostics = {
  agentUser: 'ada',
  version: '1.2.3',
  revision: '',
  system: 'Linux',
  systemRelease: '6.1',
  systemVersion: '#1',
  machine: 'x86_64',
  hostname: 'lab-1',
  ipAddress: '10.0.0.1',
  macAddress: '00:00:00:00:00:01',
  memoryTotal: 64 * 2 ** 30,
  memoryFree: 2 ** 33,
  diskTotal: 2 ** 42,
  diskFree: null,
};

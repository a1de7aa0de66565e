import type { Attribute } from '../../shared/contract/attributes.ts';
import type { PastStatuses } from '../../shared/contract/imports.ts';
import { CHAR_MAX_LENGTH, type AttributeType } from '../../shared/domain/attribute-type.ts';
import {
  DjangoAttribute,
  DjangoDataset,
  DjangoItem,
  DjangoProject,
  DjangoStatus,
  type DjangoSite,
} from './django-site.ts';

export type PastStatus = PastStatuses['statuses'][number];

/** All that a site has, as far as its API tells. */
export interface SiteContent {
  projects: DjangoProject[];
  datasets: DjangoDataset[];
  /** Items below datasets and projects, parents before what is below them. */
  items: DjangoItem[];
  /** By the slug of their item. */
  attributes: Map<string, Attribute[]>;
  /** By the id of their dataset, oldest first. */
  statuses: Map<number, PastStatus[]>;
  /** What can't be copied, in sentences. */
  warnings: string[];
}

const TYPES: Record<string, AttributeType> = {
  ...{ char: 'char', float: 'float', int: 'integer', filesize: 'filesize', bool: 'boolean', url: 'url' },
  ...{ 'lat-long': 'lat-long', datetime: 'datetime', date: 'date' },
};

const STAGES = ['download', 'workflow', 'upload'] as const;
const STATES = ['START', 'SUCCESS', 'FAIL'] as const;

/** Reads a whole site; `note` is told what is being read. */
export async function readSite(site: DjangoSite, note: (text: string) => void): Promise<SiteContent> {
  note(`reading ${site.url}`);
  const warnings: string[] = [];
  const projects = await site.listAll('projects', DjangoProject);
  const all = await site.listAll('datasets', DjangoDataset);
  const datasets = all.filter(({ parent }) => parent !== null);
  for (const { slug } of all.filter(({ parent }) => parent === null)) {
    warnings.push(`the dataset ${slug} is left out: its project was deleted there`);
  }
  const others = new Set([...projects, ...all].map(({ id }) => id));
  const items = (await site.listAll('items', DjangoItem)).filter(({ id }) => !others.has(id));
  const roots = new Set([...projects, ...datasets].map(({ slug }) => slug));
  const ordered = orderItems(items, roots, warnings);
  note(`read ${projects.length} projects, ${datasets.length} datasets, ${ordered.length} items`);
  const attributes = await readAttributes(site, warnings);
  return { projects, datasets, items: ordered, attributes, statuses: await readStatuses(site), warnings };
}

/** Parents first; what hangs on nothing that is copied is left out. */
function orderItems(items: DjangoItem[], roots: ReadonlySet<string>, warnings: string[]): DjangoItem[] {
  const placed = new Set(roots);
  const ordered: DjangoItem[] = [];
  let waiting = items;
  for (;;) {
    const ready = waiting.filter(({ parent }) => parent !== null && placed.has(parent));
    if (ready.length === 0) break;
    for (const item of ready) placed.add(item.slug);
    ordered.push(...ready);
    waiting = waiting.filter(({ slug }) => !placed.has(slug));
  }
  for (const { slug } of waiting) warnings.push(`the item ${slug} is left out: it is below nothing that is copied`);
  return ordered;
}

async function readAttributes(site: DjangoSite, warnings: string[]): Promise<Map<string, Attribute[]>> {
  const attributes = new Map<string, Attribute[]>();
  for (const [word, type] of Object.entries(TYPES)) {
    for await (const told of site.list(`attributes/${word}`, DjangoAttribute)) {
      const attribute = attributeOf(told, type);
      if (attribute === undefined)
        warnings.push(`an attribute ${told.key} of ${told.item} is left out: it has no value`);
      else attributes.set(told.item, [...(attributes.get(told.item) ?? []), attribute]);
    }
  }
  return attributes;
}

/** The same value in our words. An address that isn't one of the web becomes a text. */
function attributeOf({ key, value, latitude, longitude }: DjangoAttribute, type: AttributeType): Attribute | undefined {
  if (type === 'lat-long') {
    return latitude === undefined || longitude === undefined ? undefined : { key, type, latitude, longitude };
  }
  if (value === undefined) return undefined;
  if (type === 'url' && !/^https?:/i.test(String(value))) {
    return { key, type: 'char', value: String(value).slice(0, CHAR_MAX_LENGTH) };
  }
  if (type === 'datetime') return { key, type, value: new Date(String(value)).toISOString() };
  // The type of the list is the type of its values.
  return { key, type, value } as Attribute;
}

async function readStatuses(site: DjangoSite): Promise<Map<number, PastStatus[]>> {
  const statuses = new Map<number, PastStatus[]>();
  for await (const told of site.list('statuses', DjangoStatus)) {
    const stage = STAGES[told.stage - 1];
    const state = STATES[told.state - 1];
    if (stage === undefined || state === undefined) continue;
    const diagnostics = {
      ...{ agentUser: told.agent_user, version: told.version, revision: told.revision, system: told.system },
      ...{ systemRelease: told.system_release, systemVersion: told.system_version, machine: told.machine },
      ...{ hostname: told.hostname, ipAddress: told.ip_address, macAddress: told.mac_address },
      ...{ memoryTotal: told.memory_total, memoryFree: told.memory_free },
      ...{ diskTotal: told.disk_total, diskFree: told.disk_free },
    };
    const status = { stage, state, note: told.note, diagnostics };
    statuses.set(told.dataset, [...(statuses.get(told.dataset) ?? []), status]);
  }
  return statuses;
}

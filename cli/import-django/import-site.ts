import { createHash } from 'node:crypto';
import type { CrunchClient } from '../../client/index.ts';
import type { Attribute } from '../../shared/contract/attributes.ts';
import type { Item } from '../../shared/contract/items.ts';
import type { WorkflowSource } from '../../shared/contract/projects.ts';
import { childSlug, ownSlug, slugify } from '../../shared/domain/slug.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { DjangoDataset, DjangoItem, DjangoProject } from './django-site.ts';
import type { ImportMapping } from './import-mapping.ts';
import type { PastStatus, SiteContent } from './read-site.ts';

/** How many of a kind were copied, how many changed since the last time, and how many are as they were. */
export interface ImportCount {
  added: number;
  changed: number;
  unchanged: number;
}

export type ImportedKind = 'projects' | 'datasets' | 'items' | 'attributes' | 'histories' | 'files';

export type ImportCounts = Record<ImportedKind, ImportCount>;

export interface ImportOptions {
  client: CrunchClient;
  content: SiteContent;
  mapping: ImportMapping;
  /** Change nothing; count what would change. */
  dryRun: boolean;
  /** Whether files are copied too, so that each dataset gets a folder of its own here. */
  copiesFiles: boolean;
  note(text: string): void;
}

export interface ImportOutcome {
  counts: ImportCounts;
  warnings: string[];
  /** Our slugs, by theirs; in a dry run those that there would be. */
  slugs: Map<string, string>;
}

const NAME_MAX_LENGTH = 200;
const DESCRIPTION_MAX_LENGTH = 10_000;

/** Copies what a site has into the catalog, as far as it is not there. What is changed here since is left alone. */
export async function importSite(options: ImportOptions): Promise<ImportOutcome> {
  const importer = new SiteImporter(options);
  await importer.run();
  return importer.outcome;
}

class SiteImporter {
  readonly #options: ImportOptions;
  readonly outcome: ImportOutcome;

  constructor(options: ImportOptions) {
    this.#options = options;
    const none = () => ({ added: 0, changed: 0, unchanged: 0 });
    this.outcome = {
      counts: {
        ...{ projects: none(), datasets: none(), items: none() },
        ...{ attributes: none(), histories: none(), files: none() },
      },
      warnings: [...options.content.warnings],
      slugs: new Map(),
    };
  }

  async run(): Promise<void> {
    const { content, note } = this.#options;
    const { projects, datasets, items, attributes, statuses } = content;
    const shared = sharedFolders(datasets);
    for (const project of projects) await this.#project(project);
    note(`copied ${projects.length} projects`);
    for (const dataset of datasets) await this.#dataset(dataset, shared.has(dataset.id));
    note(`copied ${datasets.length} datasets`);
    for (const item of items) await this.#item(item);
    for (const [item, told] of attributes) await this.#attributes(item, told);
    note(`copied ${items.length} items, and attributes of ${attributes.size}`);
    for (const { id, slug } of datasets) await this.#history(slug, statuses.get(id) ?? []);
  }

  async #project(project: DjangoProject): Promise<void> {
    const { client } = this.#options;
    const workflow = sourceOf(project.workflow);
    await this.#place('projects', project, undefined, {
      create: (body) =>
        this.#withWorkflow(project.slug, workflow, (more) => client.createProject({ body: { ...body, ...more } })),
      change: (slug, body) =>
        this.#withWorkflow(project.slug, workflow, (more) =>
          client.changeProject({ params: { slug }, body: { ...body, ...more } }),
        ),
    });
  }

  /** A workflow that can't be taken, such as an address of a private network, leaves the project without one. */
  async #withWorkflow<T>(
    slug: string,
    workflow: WorkflowSource | undefined,
    call: (more: { workflow?: WorkflowSource }) => Promise<T>,
  ): Promise<T> {
    try {
      return await call({ workflow });
    } catch (error) {
      if (workflow === undefined || !(error instanceof CrunchError) || error.code !== 'invalid-input') throw error;
      this.outcome.warnings.push(`the workflow of ${slug} is left out: ${error.message}`);
      return call({});
    }
  }

  async #dataset(dataset: DjangoDataset, isShared: boolean): Promise<void> {
    const { client, copiesFiles } = this.#options;
    const project = this.outcome.slugs.get(dataset.parent ?? '');
    if (project === undefined) return;
    const folder = dataset.base_file_path.replace(/^\/+|\/+$/g, '');
    const keepsPlace = !copiesFiles && !isShared && folder !== '';
    if (isShared && !copiesFiles) {
      this.outcome.warnings.push(`${dataset.slug} gets a folder of its own: others share ${folder} with it`);
    }
    await this.#place('datasets', dataset, project, {
      create: (body) => client.createDataset({ body: { ...body, project, basePath: keepsPlace ? folder : undefined } }),
      change: (slug, body) => client.changeDataset({ params: { slug }, body }),
    });
  }

  async #item(item: DjangoItem): Promise<void> {
    const { client } = this.#options;
    const parent = this.outcome.slugs.get(item.parent ?? '');
    if (parent === undefined) return;
    await this.#place('items', item, parent, {
      create: (body) => client.createItem({ body: { ...body, parent } }),
      change: (slug, body) => client.changeItem({ params: { slug }, body }),
    });
  }

  /** Finds a thing of the site here, by the mapping or by its slug, or adds it; brings what changed there since. */
  async #place(
    kind: 'projects' | 'datasets' | 'items',
    told: DjangoProject | DjangoDataset | DjangoItem,
    parent: string | undefined,
    calls: {
      create(body: Description): Promise<{ slug: string }>;
      change(slug: string, body: Description): Promise<unknown>;
    },
  ): Promise<void> {
    const { mapping, dryRun } = this.#options;
    const count = this.outcome.counts[kind];
    const known = mapping.item(told.id);
    // Not all names make a slug.
    const base = slugify(ownSlug(told.slug)) === '' ? `item-${told.id}` : ownSlug(told.slug);
    const wanted = known?.slug ?? (parent === undefined ? slugify(base) : childSlug(parent, base));
    const existing = await this.#find(wanted);
    if (existing && `${existing.kind}s` !== kind) {
      throw new CrunchError('conflict', `${told.slug} can't be copied: ${wanted} is a ${existing.kind} here.`);
    }
    const body = this.#describe(told);
    const seen = digest(told);
    this.outcome.slugs.set(told.slug, wanted);
    if (existing && (known?.seen === seen || (!known && isAs(existing, body)))) {
      count.unchanged += 1;
      if (!known && !dryRun) await mapping.remember({ id: told.id, slug: wanted, seen });
      return;
    }
    count[existing ? 'changed' : 'added'] += 1;
    if (dryRun) return;
    if (existing) {
      await calls.change(wanted, body);
    } else {
      // A thing that was renamed there keeps its slug, and so it does here.
      const keepsSlug = slugify(body.name) === slugify(base);
      await calls.create(keepsSlug ? body : { ...body, name: base });
      if (!keepsSlug) await calls.change(wanted, body);
    }
    await mapping.remember({ id: told.id, slug: wanted, seen });
  }

  async #find(slug: string): Promise<Item | undefined> {
    try {
      return await this.#options.client.getItem({ params: { slug } });
    } catch (error) {
      if (error instanceof CrunchError && error.code === 'not-found') return undefined;
      throw error;
    }
  }

  #describe({ slug, name, description, details }: DjangoItem | DjangoProject): Description {
    if (name.length > NAME_MAX_LENGTH)
      this.outcome.warnings.push(`the name of ${slug} is cut to ${NAME_MAX_LENGTH} characters`);
    return {
      name: name.slice(0, NAME_MAX_LENGTH),
      description: description.slice(0, DESCRIPTION_MAX_LENGTH),
      details,
    };
  }

  /** Adds those that the item lacks; one of the same key and value counts as the same. */
  async #attributes(theirs: string, told: Attribute[]): Promise<void> {
    const { client, dryRun } = this.#options;
    const slug = this.outcome.slugs.get(theirs);
    if (slug === undefined) return;
    const item = await this.#find(slug);
    const there = (item?.attributes ?? []).map(fingerprint);
    const { attributes: count } = this.outcome.counts;
    for (const attribute of told) {
      const place = there.indexOf(fingerprint(attribute));
      if (place !== -1) {
        there.splice(place, 1);
        count.unchanged += 1;
        continue;
      }
      count.added += 1;
      if (!dryRun) await client.createAttribute({ body: { item: slug, attribute } });
    }
  }

  async #history(theirs: string, statuses: PastStatus[]): Promise<void> {
    const { client, dryRun } = this.#options;
    const slug = this.outcome.slugs.get(theirs);
    if (slug === undefined || statuses.length === 0) return;
    const { histories: count } = this.outcome.counts;
    if (dryRun) {
      count.added += 1;
      return;
    }
    try {
      const { changed } = await client.importHistory({ params: { slug }, body: { statuses } });
      count[changed ? 'added' : 'unchanged'] += 1;
    } catch (error) {
      if (!(error instanceof CrunchError) || error.code !== 'conflict') throw error;
      this.outcome.warnings.push(error.message);
    }
  }
}

interface Description {
  name: string;
  description: string;
  details: string;
}

function isAs({ name, description, details }: Item, body: Description): boolean {
  return name === body.name && description === body.description && details === body.details;
}

function digest({ name, description, details, ...rest }: DjangoProject | DjangoItem): string {
  const workflow = 'workflow' in rest ? rest.workflow : null;
  return createHash('sha256')
    .update(JSON.stringify([name, description, details, workflow]))
    .digest('hex')
    .slice(0, 16);
}

function fingerprint(attribute: Attribute): string {
  const { key, type } = attribute;
  if (attribute.type === 'lat-long') return JSON.stringify([key, type, attribute.latitude, attribute.longitude]);
  const { value } = attribute;
  return JSON.stringify([key, type, attribute.type === 'datetime' ? Date.parse(attribute.value) : value]);
}

/** Those whose folder is another's too, or lies within another's: here, each dataset has its own. */
function sharedFolders(datasets: DjangoDataset[]): Set<number> {
  const byFolder = datasets
    .map(({ id, base_file_path: path }) => ({ id, folder: `${path.replace(/^\/+|\/+$/g, '')}/` }))
    .toSorted((a, b) => (a.folder < b.folder ? -1 : 1));
  const shared = new Set<number>();
  let outer = byFolder[0];
  for (const inner of byFolder.slice(1)) {
    if (outer && inner.folder.startsWith(outer.folder)) for (const { id } of [outer, inner]) shared.add(id);
    else outer = inner;
  }
  return shared;
}

function sourceOf(workflow: string): WorkflowSource | undefined {
  if (workflow.trim() === '') return undefined;
  if (/^https?:\/\/\S+$/.test(workflow.trim())) return { kind: 'url', url: workflow.trim() };
  return { kind: 'text', text: workflow.replaceAll('\r\n', '\n') };
}

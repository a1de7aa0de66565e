import type { ItemRecord } from '../../catalog/items.ts';
import { loadDatasetParts, pageItems, type DatasetParts } from '../../catalog/numbered-pages.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { perform } from '../perform.ts';
import { creating } from './creating.ts';
import { KEEPING_FILES } from './keeping-files.ts';
import { findItem, findRelated } from './find-item.ts';
import { datasetForm } from './forms.ts';
import { answerList } from './numbered-list.ts';
import { fieldError, parseForm } from './parse-form.ts';
import { presentDataset } from './present-seed.ts';
import type { SeedCall, SeedRoute } from './seed-route.ts';

export const datasetRoutes: SeedRoute[] = [
  { path: '/datasets/', name: 'Dataset Api List', form: datasetForm, methods: { get: list, post: create } },
  {
    path: '/datasets/:slug/',
    name: 'Dataset Api Instance',
    form: datasetForm,
    methods: { get: show, put: (call) => change(call, false), patch: (call) => change(call, true), delete: remove },
  },
];

async function list(call: SeedCall): Promise<unknown> {
  const { catalog } = call.context;
  let parts = new Map<string, DatasetParts>();
  const load = async (request: Parameters<typeof pageItems>[1]) => {
    const page = await pageItems(catalog, { ...request, kind: 'dataset' });
    parts = await loadDatasetParts(
      catalog,
      page.items.map(({ slug }) => slug),
    );
    return page;
  };
  return answerList(call, load, (item) => present(item, parts));
}

async function create(call: SeedCall): Promise<unknown> {
  const { name = '', parent = '', base_file_path: path = '', ...rest } = parseForm(datasetForm, call.sent);
  const { slug: project } = await findRelated(call, 'parent', parent, 'project');
  const basePath = path === '' ? undefined : path;
  const { slug } = await creating(call, { name, parent, otherField: 'base_file_path' }, () =>
    perform(call.context, call.caller, 'createDataset', { body: { project, name, basePath, ...rest } }),
  );
  return show({ ...call, slug });
}

async function show(call: SeedCall): Promise<unknown> {
  const item = await findItem(call, call.slug, 'dataset');
  return present(item, await loadDatasetParts(call.context.catalog, [item.slug]));
}

async function change(call: SeedCall, partial: boolean): Promise<unknown> {
  const { slug, parent: project } = await findItem(call, call.slug, 'dataset');
  const { parent, base_file_path: path, ...body } = parseForm(datasetForm, call.sent, { partial });
  if (parent !== undefined && (await findRelated(call, 'parent', parent, 'project')).slug !== project) {
    throw fieldError('parent', 'A dataset can’t be moved to another project here.');
  }
  const { basePath } = (await loadDatasetParts(call.context.catalog, [slug])).get(slug) ?? {};
  if (path !== undefined && path !== '' && path !== basePath) {
    throw fieldError('base_file_path', 'Where a dataset’s files lie can’t be changed.');
  }
  await perform(call.context, call.caller, 'changeDataset', { params: { slug }, body });
  return show(call);
}

async function remove(call: SeedCall): Promise<void> {
  const { slug } = await findItem(call, call.slug, 'dataset');
  await perform(call.context, call.caller, 'deleteDataset', { params: { slug }, query: KEEPING_FILES });
}

function present(item: ItemRecord, parts: Map<string, DatasetParts>): unknown {
  const own = parts.get(item.slug);
  // It was removed between two queries.
  if (!own) throw new CrunchError('not-found', 'No Dataset matches the given query.');
  return presentDataset(item, own);
}

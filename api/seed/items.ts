import { pageItems } from '../../catalog/numbered-pages.ts';
import { perform } from '../perform.ts';
import { creating } from './creating.ts';
import { KEEPING_FILES } from './keeping-files.ts';
import { findItem, findRelated } from './find-item.ts';
import { itemForm } from './forms.ts';
import { answerList } from './numbered-list.ts';
import { fieldError, parseForm } from './parse-form.ts';
import { presentItem } from './present-seed.ts';
import type { SeedCall, SeedRoute } from './seed-route.ts';

/** Projects and datasets are items too. */
export const itemRoutes: SeedRoute[] = [
  { path: '/items/', name: 'Item Api List', form: itemForm, methods: { get: list, post: create } },
  {
    path: '/items/:slug/',
    name: 'Item Api Instance',
    form: itemForm,
    methods: { get: show, put: (call) => change(call, false), patch: (call) => change(call, true), delete: remove },
  },
];

async function list(call: SeedCall): Promise<unknown> {
  return answerList(call, (request) => pageItems(call.context.catalog, request), presentItem);
}

async function create(call: SeedCall): Promise<unknown> {
  const { name = '', parent = '', ...rest } = parseForm(itemForm, call.sent);
  await findRelated(call, 'parent', parent);
  const body = { name, parent, ...rest };
  return presentItem(
    await creating(call, { name, parent }, () => perform(call.context, call.caller, 'createItem', { body })),
  );
}

async function show(call: SeedCall): Promise<unknown> {
  return presentItem(await findItem(call, call.slug));
}

async function change(call: SeedCall, partial: boolean): Promise<unknown> {
  const item = await findItem(call, call.slug);
  const { parent, ...body } = parseForm(itemForm, call.sent, { partial });
  if (parent !== undefined && (await findRelated(call, 'parent', parent)).slug !== item.parent) {
    throw fieldError('parent', 'An item can’t be moved below another one here.');
  }
  const { context, caller } = call;
  const operation = { project: 'changeProject', dataset: 'changeDataset', item: 'changeItem' } as const;
  await perform(context, caller, operation[item.kind], { params: { slug: item.slug }, body });
  return show(call);
}

async function remove(call: SeedCall): Promise<void> {
  const { slug, kind } = await findItem(call, call.slug);
  const { context, caller } = call;
  const params = { slug };
  if (kind === 'project') {
    await perform(context, caller, 'deleteProject', { params, query: { ...KEEPING_FILES, confirm: slug } });
  } else if (kind === 'dataset') await perform(context, caller, 'deleteDataset', { params, query: KEEPING_FILES });
  else await perform(context, caller, 'deleteItem', { params });
}

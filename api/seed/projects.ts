import { loadWorkflowTexts, pageItems } from '../../catalog/numbered-pages.ts';
import type { ItemRecord } from '../../catalog/items.ts';
import type { WorkflowSource } from '../../shared/contract/projects.ts';
import { perform } from '../perform.ts';
import { creating } from './creating.ts';
import { KEEPING_FILES } from './keeping-files.ts';
import { findItem } from './find-item.ts';
import { projectForm } from './forms.ts';
import { answerList } from './numbered-list.ts';
import { parseForm } from './parse-form.ts';
import { presentProject } from './present-seed.ts';
import type { SeedCall, SeedRoute } from './seed-route.ts';

export const projectRoutes: SeedRoute[] = [
  { path: '/projects/', name: 'Project Api List', form: projectForm, methods: { get: list, post: create } },
  {
    path: '/projects/:slug/',
    name: 'Project Api Instance',
    form: projectForm,
    methods: { get: show, put: (call) => change(call, false), patch: (call) => change(call, true), delete: remove },
  },
];

async function list(call: SeedCall): Promise<unknown> {
  const { catalog } = call.context;
  let texts = new Map<string, string>();
  const load = async (request: Parameters<typeof pageItems>[1]) => {
    const page = await pageItems(catalog, { ...request, kind: 'project' });
    texts = await loadWorkflowTexts(
      catalog,
      page.items.map(({ slug }) => slug),
    );
    return page;
  };
  return answerList(call, load, (item) => presentProject(item, texts.get(item.slug) ?? ''));
}

async function create(call: SeedCall): Promise<unknown> {
  const { name = '', workflow = '', ...rest } = parseForm(projectForm, call.sent);
  const body = { name, ...rest, ...(workflow !== '' && { workflow: sourceOf(workflow) }) };
  const { slug } = await creating(call, { name }, () => perform(call.context, call.caller, 'createProject', { body }));
  return show({ ...call, slug });
}

async function show(call: SeedCall): Promise<unknown> {
  return present(call, await findItem(call, call.slug, 'project'));
}

async function change(call: SeedCall, partial: boolean): Promise<unknown> {
  const { slug } = await findItem(call, call.slug, 'project');
  const { workflow = '', ...rest } = parseForm(projectForm, call.sent, { partial });
  // Forms trim: what was sent back as it was shown is no change.
  const isNew = workflow !== '' && workflow !== (await loadWorkflow(call, slug)).trim();
  const body = { ...rest, ...(isNew && { workflow: sourceOf(workflow) }) };
  await perform(call.context, call.caller, 'changeProject', { params: { slug }, body });
  return show(call);
}

async function remove(call: SeedCall): Promise<void> {
  const { slug } = await findItem(call, call.slug, 'project');
  await perform(call.context, call.caller, 'deleteProject', {
    params: { slug },
    query: { ...KEEPING_FILES, confirm: slug },
  });
}

async function present(call: SeedCall, item: ItemRecord): Promise<unknown> {
  return presentProject(item, await loadWorkflow(call, item.slug));
}

async function loadWorkflow({ context }: SeedCall, slug: string): Promise<string> {
  return (await loadWorkflowTexts(context.catalog, [slug])).get(slug) ?? '';
}

/** django-crunch takes a workflow or its address in one field. */
function sourceOf(workflow: string): WorkflowSource {
  return /^https?:\/\/\S+$/.test(workflow) ? { kind: 'url', url: workflow } : { kind: 'text', text: workflow };
}

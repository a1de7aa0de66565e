import { Readable } from 'node:stream';
import { changeProject, createProject, deleteProject, getProject, listProjects } from '../../catalog/projects.ts';
import { getWorkflowContent } from '../../catalog/workflow-revisions.ts';
import type { projectEndpoints } from '../../shared/contract/projects.ts';
import { assertMay } from '../auth/authorize.ts';
import { assertUnlimited } from '../auth/caller.ts';
import { fetchWork } from '../fetch-work.ts';
import type { HandlersOf } from '../handler.ts';
import { presentPage } from '../presenters/present-page.ts';
import { presentProject } from '../presenters/present-project.ts';

export const projectHandlers: HandlersOf<typeof projectEndpoints> = {
  async listProjects({ catalog }, { query, caller }) {
    const page = await listProjects(catalog, { ...query, access: caller.access });
    return presentPage(page, ({ right, ...project }) => presentProject(project, right));
  },

  async createProject(context, { body, caller }) {
    assertUnlimited(caller, 'add projects');
    const { input, warning } = await fetchWork(context, body);
    const project = await createProject(context.catalog, { ...input, ownerId: caller.person?.id }, caller.name);
    const { right } = await assertMay(context.catalog, caller, 'visit', project.slug);
    return presentProject(project, right, warning);
  },

  async getProject({ catalog }, { params, standing }) {
    return presentProject(await getProject(catalog, params.slug), standing.right);
  },

  async changeProject(context, { params, body, caller, standing }) {
    const { input, warning } = await fetchWork(context, body);
    const project = await changeProject(context.catalog, params.slug, input, caller.name);
    return presentProject(project, standing.right, warning);
  },

  async deleteProject({ catalog }, { params, caller }) {
    return deleteProject(catalog, params.slug, caller.name);
  },

  async getProjectWorkflow({ catalog }, { params }) {
    const { workflow } = await getProject(catalog, params.slug);
    if (!workflow?.sha256) return { revision: workflow?.revision ?? null, text: null };
    const { content, format } = await getWorkflowContent(catalog, workflow.sha256);
    return { revision: workflow.revision, text: format === 'text' ? Buffer.from(content).toString('utf8') : null };
  },

  // Whoever can name a content by its checksum was told of it: runs show it only to those who see their project.
  async getWorkflowContent({ catalog }, { params }) {
    const { content, entry, sha256 } = await getWorkflowContent(catalog, params.sha256);
    const stream = Readable.from([content]);
    return { stream, offset: 0, sizeBytes: content.byteLength, fileName: entry, version: sha256 };
  },
};

import { Readable } from 'node:stream';
import { changeProject, createProject, deleteProject, getProject, listProjects } from '../../catalog/projects.ts';
import { getWorkflowContent } from '../../catalog/workflow-revisions.ts';
import type { projectEndpoints } from '../../shared/contract/projects.ts';
import { assertMayUsePool, assertSees, assertUnlimited } from '../auth/caller.ts';
import { fetchWork } from '../fetch-work.ts';
import type { HandlersOf } from '../handler.ts';
import { presentPage } from '../presenters/present-page.ts';
import { presentProject } from '../presenters/present-project.ts';

export const projectHandlers: HandlersOf<typeof projectEndpoints> = {
  async listProjects({ catalog }, { query, caller }) {
    const page = await listProjects(catalog, { ...query, onlyProjects: caller.projects });
    return presentPage(page, (project) => presentProject(project));
  },

  async createProject(context, { body, caller }) {
    assertUnlimited(caller, 'add projects');
    const { input, warning } = await fetchWork(context, body);
    return presentProject(await createProject(context.catalog, input, caller.name), warning);
  },

  async getProject({ catalog }, { params, caller }) {
    assertSees(caller, params.slug);
    return presentProject(await getProject(catalog, params.slug));
  },

  async changeProject(context, { params, body, caller }) {
    assertSees(caller, params.slug);
    assertMayUsePool(caller, body);
    const { input, warning } = await fetchWork(context, body);
    return presentProject(await changeProject(context.catalog, params.slug, input, caller.name), warning);
  },

  async deleteProject({ catalog }, { params, caller }) {
    assertSees(caller, params.slug);
    return deleteProject(catalog, params.slug, caller.name);
  },

  // Whoever can name a content by its checksum was told of it: runs show it only to those who see their project.
  async getWorkflowContent({ catalog }, { params }) {
    const { content, entry, sha256 } = await getWorkflowContent(catalog, params.sha256);
    const stream = Readable.from([content]);
    return { stream, offset: 0, sizeBytes: content.byteLength, fileName: entry, version: sha256 };
  },
};

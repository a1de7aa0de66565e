import { Readable } from 'node:stream';
import { deleteTree } from '../../catalog/delete-tree.ts';
import { changeProject, createProject, getProject, listProjects } from '../../catalog/projects.ts';
import { getWorkflowContent } from '../../catalog/workflow-revisions.ts';
import type { projectEndpoints } from '../../shared/contract/projects.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
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

  async createProject(context, { body, caller, once }) {
    assertUnlimited(caller, 'add projects');
    const { input, warning } = await fetchWork(context, body);
    return once(async (catalog) => {
      const project = await createProject(catalog, { ...input, ownerId: caller.person?.id }, caller);
      const { right } = await assertMay(catalog, caller, 'visit', project.slug);
      return presentProject(project, right, warning);
    });
  },

  async getProject({ catalog }, { params, standing }) {
    return presentProject(await getProject(catalog, params.slug), standing.right);
  },

  async changeProject(context, { params, headers, body, caller, standing }) {
    const { input, warning } = await fetchWork(context, body);
    const deed = { actor: caller, ifVersion: headers['if-match'] };
    return presentProject(await changeProject(context.catalog, params.slug, input, deed), standing.right, warning);
  },

  async deleteProject({ catalog }, { params: { slug }, headers, query: { confirm, keepFiles }, caller }) {
    if (confirm !== slug) {
      throw new CrunchError('invalid-input', `To delete ${slug} with all that is in it, repeat its slug.`, {
        fields: [{ path: 'confirm', message: `must be ${slug}` }],
      });
    }
    return deleteTree(catalog, slug, 'project', { actor: caller, ifVersion: headers['if-match'], keepFiles });
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

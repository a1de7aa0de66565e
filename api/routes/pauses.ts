import { pauseProject, resumeProject } from '../../catalog/pause-project.ts';
import type { pauseEndpoints } from '../../shared/contract/pauses.ts';
import type { HandlersOf } from '../handler.ts';
import { presentProject } from '../presenters/present-project.ts';

export const pauseHandlers: HandlersOf<typeof pauseEndpoints> = {
  async pauseProject({ catalog }, { params, body, caller, standing }) {
    const { reason = null } = body;
    return presentProject(await pauseProject(catalog, params.slug, { reason }, caller), standing.right);
  },

  async resumeProject({ catalog }, { params, caller, standing }) {
    return presentProject(await resumeProject(catalog, params.slug, caller), standing.right);
  },
};

import { importHistory } from '../../catalog/import-history.ts';
import type { importEndpoints } from '../../shared/contract/imports.ts';
import type { HandlersOf } from '../handler.ts';

export const importHandlers: HandlersOf<typeof importEndpoints> = {
  async importHistory({ catalog }, { params, body, caller }) {
    return { changed: await importHistory(catalog, params.slug, body.statuses, caller.name) };
  },
};

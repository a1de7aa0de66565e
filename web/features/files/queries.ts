import { queryOptions } from '@tanstack/react-query';
import type { DatasetFile } from '../../../shared/contract/files.ts';
import { itemsOf } from '../../../client/index.ts';
import { crunch } from '../../connection/crunch.ts';

/** More files than this are for the command line: a tree of them helps nobody. */
const MOST_FILES = 5000;

/** The files of a dataset, and whether there are more; its key lies below the dataset's own. */
export function filesQuery(slug: string) {
  return queryOptions({
    queryKey: ['dataset', slug, 'files'],
    async queryFn({ signal }) {
      const files: DatasetFile[] = [];
      const input = { params: { slug }, query: { limit: 1000 } };
      for await (const file of itemsOf(crunch.listFiles, input, { signal })) {
        if (files.length === MOST_FILES) return { files, hasMore: true };
        files.push(file);
      }
      return { files, hasMore: false };
    },
  });
}

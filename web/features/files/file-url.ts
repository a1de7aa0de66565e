import { makeUrl } from '../../../client/make-url.ts';
import { contract } from '../../../shared/contract/index.ts';

/** Where a file's bytes are; the server sends them as a download. */
export function fileUrl(slug: string, path: string): string {
  return makeUrl(location.origin, contract.getFile, { params: { slug, path } });
}

/** Where all files of a dataset are as one zip. */
export function archiveUrl(slug: string): string {
  return makeUrl(location.origin, contract.getArchive, { params: { slug } });
}

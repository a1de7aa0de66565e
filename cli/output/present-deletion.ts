import type { DeletionPreview } from '../../shared/contract/tree.ts';
import { formatSize } from '../../shared/domain/format-size.ts';
import { renderFields } from './render-table.ts';
import type { Terminal } from './terminal.ts';

/** What a deletion takes along, as text for people. */
export function presentDeletion(
  terminal: Terminal,
  { slug, keepFiles, hindrance, stored, ...gone }: DeletionPreview & { slug: string; keepFiles: boolean },
): string {
  const objects = stored === null ? 'too many files to count' : `${stored.objects} files, ${formatSize(stored.bytes)}`;
  return renderFields(terminal, [
    ['delete', slug],
    ['datasets', gone.datasets],
    ['items', gone.items],
    ['attributes', gone.attributes],
    ['runs', gone.runs],
    ['files', `${gone.files} known to the catalog, ${formatSize(gone.fileBytes)}`],
    ['in storage', `${objects}${keepFiles ? ', which stay' : ''}`],
    ['refused', hindrance],
  ]);
}

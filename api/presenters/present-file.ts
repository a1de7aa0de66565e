import type { FileRecord } from '../../catalog/files.ts';
import type { DatasetFile } from '../../shared/contract/files.ts';

export function presentFile({ sizeBytes, recordedAt, ...file }: FileRecord): DatasetFile {
  return { ...file, size: sizeBytes, recordedAt: recordedAt.toISOString() };
}

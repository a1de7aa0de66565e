import { z } from 'zod';
import { filePathFault } from '../domain/file-path.ts';
import { FILE_ORIGINS } from '../domain/manifest.ts';
import { PageQuery, pageOf, Sha256, SizeBytes, DatasetParams, Timestamp } from './common.ts';
import type { Endpoint } from './endpoint.ts';
import { STORAGE_ERRORS } from './errors-of.ts';

/** For readers of the API's document: as much of `filePathFault` as a pattern can say. */
const FILE_PATH_PATTERN = String.raw`^(?!\.{1,2}(/|$))[^/\\\x00]+(/(?!\.{1,2}(/|$))[^/\\\x00]+)*$`;

/** A path of a file inside a dataset. */
export const FilePath = z
  .string()
  .superRefine((path, context) => {
    const fault = filePathFault(path);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: `the path ${fault}` });
  })
  .meta({ example: 'measurements/bills.csv', maxLength: 1024, pattern: FILE_PATH_PATTERN });

export const DatasetFile = z.object({
  path: z.string(),
  size: SizeBytes,
  sha256: Sha256.nullable(),
  origin: z.enum(FILE_ORIGINS),
  /** For a changed input: the checksum of its original, which can be read as `.crunch/inputs/<sha256>`. */
  originalSha256: Sha256.nullable(),
  run: z.uuid().nullable(),
  recordedAt: Timestamp,
});
export type DatasetFile = z.infer<typeof DatasetFile>;

const FileParams = DatasetParams.extend({ path: FilePath });

export const fileEndpoints = {
  listFiles: {
    method: 'get',
    path: '/datasets/{slug}/files',
    summary: 'The files of a dataset as last uploaded or published, by path',
    scope: 'read',
    needs: { may: 'visit', at: 'params.slug' },
    params: DatasetParams,
    query: PageQuery,
    response: pageOf(DatasetFile),
  },
  getFile: {
    method: 'get',
    path: '/datasets/{slug}/files/{path*}',
    summary: 'The bytes of a file',
    scope: 'read',
    needs: { may: 'visit', at: 'params.slug' },
    params: FileParams,
    response: 'bytes',
    errors: [...STORAGE_ERRORS, 'precondition-failed'],
  },
  getArchive: {
    method: 'get',
    path: '/datasets/{slug}/archive',
    summary: 'The files of a dataset as one zip, as they lie in storage now, below a folder of the dataset’s name',
    scope: 'read',
    needs: { may: 'visit', at: 'params.slug' },
    params: DatasetParams,
    response: 'bytes',
    mediaTypes: ['application/zip'],
    errors: [...STORAGE_ERRORS, 'too-large'],
  },
  putFile: {
    method: 'put',
    path: '/datasets/{slug}/files/{path*}',
    summary: 'Put an input file in place, streamed; refused while the dataset is queued or running',
    scope: 'edit',
    needs: { may: 'edit', at: 'params.slug' },
    params: FileParams,
    query: z.object({ sha256: Sha256 }),
    body: 'bytes',
    response: DatasetFile,
    status: 201,
    errors: [...STORAGE_ERRORS, 'precondition-failed'],
  },
} as const satisfies Record<string, Endpoint>;

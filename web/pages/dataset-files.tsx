import { Button } from '@mantine/core';
import { useThrottledCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { DatasetDetail } from '../../shared/contract/datasets.ts';
import type { DatasetFile } from '../../shared/contract/files.ts';
import { formatSize } from '../../shared/domain/format-size.ts';
import { mayDo } from '../connection/may-do.ts';
import { DropZone } from '../features/files/drop-zone.tsx';
import { FileTree } from '../features/files/file-tree.tsx';
import { archiveUrl } from '../features/files/file-url.ts';
import { filesQuery } from '../features/files/queries.ts';
import { UploadList } from '../features/files/upload-list.tsx';
import { uploads, useUploads } from '../features/files/uploads.ts';
import { Answer } from '../ui/answer.tsx';
import { CopyCommand } from '../ui/copy-command.tsx';
import { Empty } from '../ui/empty.tsx';
import { Icon } from '../ui/icon.tsx';
import { Section } from '../ui/section.tsx';

/** Many small files are listed together as they arrive. */
const SETTLE_MS = 1000;

/** The files of a dataset, and how more get in. */
export function DatasetFiles({ dataset: { slug, state, may } }: { dataset: DatasetDetail }) {
  const files = useQuery(filesQuery(slug));
  const mayUpload = mayDo(may, 'putFile');
  const { uploads: sent } = useUploads(slug);
  const stored = sent.filter((upload) => upload.state === 'done').length;
  const askAgain = useThrottledCallback(() => void files.refetch(), SETTLE_MS);
  useEffect(() => {
    if (stored > 0) askAgain();
  }, [stored, askAgain]);
  const isEmpty = files.data === undefined || files.data.files.length === 0;
  return (
    <Section
      title={isEmpty ? 'Files' : `Files: ${describeSum(files.data)}`}
      aside={
        !isEmpty && (
          <Button
            component="a"
            href={archiveUrl(slug)}
            download
            size="xs"
            variant={state === 'completed' ? 'filled' : 'default'}
            leftSection={<Icon name="download" />}
          >
            Download all
          </Button>
        )
      }
    >
      {mayUpload && <DropZone onFiles={(chosen) => uploads.add(slug, chosen)} refusal={refusalOf(state)} />}
      <UploadList slug={slug} />
      <Answer query={files} what="the files">
        {(shown) =>
          shown.files.length === 0 ? (
            <Empty command={mayUpload && `crunch upload ${slug} FOLDER`}>It has no files yet.</Empty>
          ) : (
            <>
              <FileTree slug={slug} files={shown.files} />
              {shown.hasMore && (
                <p>
                  There are more. All of them: <CopyCommand command={`crunch files ${slug}`} />
                </p>
              )}
            </>
          )
        }
      </Answer>
    </Section>
  );
}

function describeSum({ files, hasMore }: { files: readonly DatasetFile[]; hasMore: boolean }): string {
  const sum = formatSize(files.reduce((total, { size }) => total + size, 0));
  return `${hasMore ? 'more than ' : ''}${files.length.toLocaleString()}, ${sum}`;
}

function refusalOf(state: DatasetDetail['state']): string | undefined {
  if (state !== 'queued' && state !== 'running') return undefined;
  return `Its files can’t change while it is ${state}: cancel it, or wait until it is done.`;
}

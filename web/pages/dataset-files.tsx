import { Button } from '@mantine/core';
import { useThrottledCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { DatasetDetail } from '../../shared/contract/datasets.ts';
import { formatSize } from '../../shared/domain/format-size.ts';
import { DropZone } from '../features/files/drop-zone.tsx';
import { FileTree } from '../features/files/file-tree.tsx';
import { archiveUrl } from '../features/files/file-url.ts';
import { filesQuery, MOST_FILES } from '../features/files/queries.ts';
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
export function DatasetFiles({ dataset: { slug, state } }: { dataset: DatasetDetail }) {
  const files = useQuery(filesQuery(slug));
  const { uploads: sent } = useUploads(slug);
  const stored = sent.filter((upload) => upload.state === 'done').length;
  const askAgain = useThrottledCallback(() => void files.refetch(), SETTLE_MS);
  useEffect(() => {
    if (stored > 0) askAgain();
  }, [stored, askAgain]);
  const count = files.data?.length ?? 0;
  const sum = files.data?.reduce((total, { size }) => total + size, 0) ?? 0;
  return (
    <Section
      title={count > 0 ? `Files: ${count.toLocaleString()}, ${formatSize(sum)}` : 'Files'}
      aside={
        count > 0 && (
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
      <DropZone onFiles={(chosen) => uploads.add(slug, chosen)} refusal={refusalOf(state)} />
      <UploadList slug={slug} />
      <Answer query={files} what="the files">
        {(shown) =>
          shown.length === 0 ? (
            <Empty command={`crunch upload ${slug} FOLDER`}>It has no files yet.</Empty>
          ) : (
            <>
              <FileTree slug={slug} files={shown} />
              {shown.length === MOST_FILES && (
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

function refusalOf(state: DatasetDetail['state']): string | undefined {
  if (state !== 'queued' && state !== 'running') return undefined;
  return `Its files can’t change while it is ${state}: cancel it, or wait until it is done.`;
}

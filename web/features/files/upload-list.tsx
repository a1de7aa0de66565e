import { Button, Group, Progress } from '@mantine/core';
import { formatSize } from '../../../shared/domain/format-size.ts';
import { Problem } from '../../ui/problem.tsx';
import classes from './upload-list.module.css';
import { uploads, useUploads } from './uploads.ts';
import type { Upload } from './upload-queue.ts';

const WORDS: Record<Upload['state'], string> = {
  waiting: 'waiting',
  hashing: 'computing its checksum',
  sending: 'sending',
  done: 'stored and verified',
  failed: 'not stored',
};

/** How many that need no attention are shown. */
const MOST_SHOWN = 8;

/** How far the uploads into a dataset are. */
export function UploadList({ slug }: { slug: string }) {
  const { uploads: all, isBusy, isFollowed, fault } = useUploads(slug);
  if (all.length === 0 && fault === undefined) return null;
  const failed = all.filter(({ state }) => state === 'failed');
  const done = all.filter(({ state }) => state === 'done');
  const moving = all.filter(({ state }) => state === 'hashing' || state === 'sending');
  const shown = [...failed, ...moving].slice(0, MOST_SHOWN + failed.length);
  return (
    <div className={classes.list} role="group" aria-label="Uploads">
      <Group gap="sm">
        <span role="status">
          {done.length} of {all.length} files stored and verified{failed.length > 0 && `, ${failed.length} not stored`}
          {isFollowed && '; no host takes it before all are'}
        </span>
        {failed.length > 0 && !isBusy && (
          <Button size="compact-xs" variant="default" onClick={() => uploads.retry(slug)}>
            Try again
          </Button>
        )}
        <Button size="compact-xs" variant="subtle" onClick={() => uploads.clear(slug)}>
          {isBusy ? 'Stop' : 'Hide'}
        </Button>
      </Group>
      {shown.map((upload) => (
        <UploadLine key={upload.path} upload={upload} />
      ))}
      {fault !== undefined && <Problem title="The files are there, but the dataset is still on hold" error={fault} />}
    </div>
  );
}

function UploadLine({ upload: { path, file, state, doneBytes, fault } }: { upload: Upload }) {
  return (
    <div className={classes.line}>
      <span className={classes.path}>{path}</span>
      <span className={classes.what}>
        {WORDS[state]}
        {state !== 'failed' && `, ${formatSize(doneBytes)} of ${formatSize(file.size)}`}
      </span>
      {fault === undefined ? (
        <Progress
          value={file.size === 0 ? 100 : (doneBytes / file.size) * 100}
          size="sm"
          aria-label={`${path}: ${WORDS[state]}`}
        />
      ) : (
        <span className={classes.fault}>{fault}</span>
      )}
    </div>
  );
}

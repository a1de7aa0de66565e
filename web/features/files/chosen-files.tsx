import { Button } from '@mantine/core';
import { formatSize } from '../../../shared/domain/format-size.ts';
import classes from './chosen-files.module.css';
import { DropZone } from './drop-zone.tsx';
import type { ChosenFile } from './upload-queue.ts';

const MOST_SHOWN = 20;

interface ChosenFilesProps {
  files: readonly ChosenFile[];
  onChange: (files: ChosenFile[]) => void;
}

/** Files chosen for a dataset that is not there yet. */
export function ChosenFiles({ files, onChange }: ChosenFilesProps) {
  const add = (more: ChosenFile[]) => {
    const byPath = new Map([...files, ...more].map((it) => [it.path, it]));
    onChange([...byPath.values()]);
  };
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  return (
    <div role="group" aria-label="Files">
      <p className={classes.label}>Files</p>
      <DropZone onFiles={add} />
      {files.length > 0 && (
        <>
          <ul className={classes.files}>
            {files.slice(0, MOST_SHOWN).map(({ path, file }) => (
              <li key={path}>
                <span className={classes.path}>{path}</span>
                <span>{formatSize(file.size)}</span>
                <Button
                  variant="subtle"
                  size="compact-xs"
                  aria-label={`Leave out ${path}`}
                  onClick={() => onChange(files.filter((it) => it.path !== path))}
                >
                  Leave out
                </Button>
              </li>
            ))}
          </ul>
          <p className={classes.total}>
            {files.length > MOST_SHOWN && `The first ${MOST_SHOWN} of `}
            {files.length.toLocaleString()} {files.length === 1 ? 'file' : 'files'}, {formatSize(total)}
          </p>
        </>
      )}
    </div>
  );
}

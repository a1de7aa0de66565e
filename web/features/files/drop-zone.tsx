import { Button, FileButton } from '@mantine/core';
import { useRef, useState, type DragEvent } from 'react';
import { Icon } from '../../ui/icon.tsx';
import { collectDropped } from './collect-dropped.ts';
import classes from './drop-zone.module.css';
import type { ChosenFile } from './upload-queue.ts';

interface DropZoneProps {
  onFiles: (files: ChosenFile[]) => void;
  /** Why no files are taken now, in a sentence. */
  refusal?: string;
}

/** Where files and folders are dropped, or chosen by a button. */
export function DropZone({ onFiles, refusal }: DropZoneProps) {
  const [isOver, setOver] = useState(false);
  const forgetChoice = useRef<() => void>(null);
  if (refusal !== undefined) return <div className={classes.zone}>{refusal}</div>;

  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void collectDropped(event.dataTransfer.items).then(onFiles);
  };
  const choose = (files: File[]) => {
    onFiles(files.map((file) => ({ path: file.name, file })));
    // Else a browser says nothing when the same file is chosen again.
    forgetChoice.current?.();
  };
  return (
    <div
      className={`${classes.zone} ${isOver ? classes.over : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <span>Drop files or folders here, or</span>
      <FileButton multiple onChange={choose} resetRef={forgetChoice}>
        {(props) => (
          <Button variant="default" size="xs" leftSection={<Icon name="upload" />} {...props}>
            Choose files
          </Button>
        )}
      </FileButton>
    </div>
  );
}

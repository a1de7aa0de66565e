import { Table } from '@mantine/core';
import { createExpandedRowModel, rowExpandingFeature, tableFeatures, useTable } from '@tanstack/react-table';
import { useMemo, type KeyboardEvent } from 'react';
import type { DatasetFile } from '../../../shared/contract/files.ts';
import { keptInput } from '../../../shared/domain/manifest.ts';
import { formatSize } from '../../../shared/domain/format-size.ts';
import { Ago } from '../../ui/ago.tsx';
import { Icon } from '../../ui/icon.tsx';
import { buildTree, type TreeNode } from './build-tree.ts';
import classes from './file-tree.module.css';
import { fileUrl } from './file-url.ts';

const features = tableFeatures({ rowExpandingFeature, expandedRowModel: createExpandedRowModel() });

/** Small trees are open from the start. */
const MOST_OPEN = 40;

interface FileTreeProps {
  slug: string;
  files: readonly DatasetFile[];
}

/** Files in their folders, with size and origin; arrow keys walk through it. */
export function FileTree({ slug, files }: FileTreeProps) {
  const data = useMemo(() => buildTree(files), [files]);
  const table = useTable({
    features,
    data,
    columns: NO_COLUMNS,
    getSubRows: (node) => node.children,
    getRowId: (node) => node.path,
    initialState: { expanded: files.length <= MOST_OPEN ? true : {} },
    autoResetExpanded: false,
  });
  return (
    <Table className={classes.tree} aria-label="Files" verticalSpacing={0}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Name</Table.Th>
          <Table.Th scope="col">Origin</Table.Th>
          <Table.Th scope="col" className={classes.number}>
            Size
          </Table.Th>
          <Table.Th scope="col" className={classes.age}>
            Recorded
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody onKeyDown={walk}>
        {table.getRowModel().rows.map((row) => (
          <Table.Tr key={row.id}>
            <Table.Td className={classes.name}>
              <span className={classes.entry} style={{ paddingLeft: `${row.depth * 1.25}rem` }}>
                {row.original.children ? (
                  <Folder node={row.original} isOpen={row.getIsExpanded()} onToggle={() => row.toggleExpanded()} />
                ) : (
                  <File slug={slug} node={row.original} />
                )}
              </span>
            </Table.Td>
            <Table.Td>{row.original.file && <Origin slug={slug} file={row.original.file} />}</Table.Td>
            <Table.Td className={classes.number}>{formatSize(row.original.sizeBytes)}</Table.Td>
            <Table.Td className={classes.age}>
              {row.original.file && <Ago at={row.original.file.recordedAt} />}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

// The library builds the tree; what its rows show stands above.
const NO_COLUMNS: [] = [];

function Folder({ node, isOpen, onToggle }: { node: TreeNode; isOpen: boolean; onToggle: () => void }) {
  const turn = ({ key }: KeyboardEvent) => {
    if (key === (isOpen ? 'ArrowLeft' : 'ArrowRight')) onToggle();
  };
  return (
    <button type="button" className={classes.folder} aria-expanded={isOpen} onClick={onToggle} onKeyDown={turn}>
      <Icon name={isOpen ? 'expanded' : 'closed'} />
      {node.name}
      <span className={classes.count}>{node.files.toLocaleString()}</span>
    </button>
  );
}

function File({ slug, node }: { slug: string; node: TreeNode }) {
  return (
    <>
      <Icon name="file" />
      <a href={fileUrl(slug, node.path)} download={node.name} title={`Download ${node.path}`}>
        {node.name}
      </a>
    </>
  );
}

function Origin({ slug, file: { path, origin, originalSha256 } }: { slug: string; file: DatasetFile }) {
  return (
    <span className={`${classes.origin} ${classes[origin]}`}>
      {origin}
      {originalSha256 !== null && (
        <>
          {', '}
          <a
            href={fileUrl(slug, keptInput(originalSha256))}
            download={path}
            title={`Download ${path} as it was put there`}
          >
            original
          </a>
        </>
      )}
    </span>
  );
}

/** Up and down go to the entry before and after. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (step === undefined) return;
  const entries = [...event.currentTarget.querySelectorAll<HTMLElement>('a, button')];
  const next = entries[entries.indexOf(document.activeElement as HTMLElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

import type { DatasetFile } from '../../../shared/contract/files.ts';

/** A file, or a folder with all that lies below it. */
export interface TreeNode {
  path: string;
  name: string;
  sizeBytes: number;
  /** How many files it is or holds. */
  files: number;
  /** Absent for a folder. */
  file?: DatasetFile;
  /** Absent for a file. */
  children?: TreeNode[];
}

/** The folders and files of a flat list, folders first, each with the sum of what it holds. */
export function buildTree(files: readonly DatasetFile[]): TreeNode[] {
  const root = newFolder('', '');
  const folders = new Map([['', root]]);
  for (const file of files) {
    const parent = folderOf(folders, file.path);
    parent.children.push({ path: file.path, name: lastPart(file.path), sizeBytes: file.size, files: 1, file });
  }
  return settle(root).children ?? [];
}

interface Folder extends TreeNode {
  children: TreeNode[];
}

function newFolder(path: string, name: string): Folder {
  return { path, name, sizeBytes: 0, files: 0, children: [] };
}

function folderOf(folders: Map<string, Folder>, path: string): Folder {
  const folderPath = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  const known = folders.get(folderPath);
  if (known) return known;
  const folder = newFolder(folderPath, lastPart(folderPath));
  folders.set(folderPath, folder);
  folderOf(folders, folderPath).children.push(folder);
  return folder;
}

/** Sorts and sums up from the leaves. */
function settle(node: TreeNode): TreeNode {
  if (!node.children) return node;
  const children = node.children.map(settle).sort(inOrder);
  const sum = (of: (child: TreeNode) => number) => children.reduce((total, child) => total + of(child), 0);
  return { ...node, children, sizeBytes: sum((child) => child.sizeBytes), files: sum((child) => child.files) };
}

function inOrder(one: TreeNode, other: TreeNode): number {
  const folders = Number(other.children !== undefined) - Number(one.children !== undefined);
  return folders || one.name.localeCompare(other.name, undefined, { numeric: true });
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

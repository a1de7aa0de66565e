import type { DatasetFile } from '../../../shared/contract/files.ts';
import { buildTree, type TreeNode } from './build-tree.ts';

const file = (path: string, size: number): DatasetFile => ({
  ...{ path, size, sha256: null, origin: 'input', originalSha256: null, run: null, recordedAt: '2026-11-24T12:00:00Z' },
});

const outline = (nodes: readonly TreeNode[]): unknown =>
  nodes.map(({ name, sizeBytes, files, children }) => [
    name,
    sizeBytes,
    files,
    ...(children ? [outline(children)] : []),
  ]);

test('files lie in their folders, which come first and hold the sum', () => {
  const tree = buildTree([file('b.txt', 1), file('a/10.txt', 2), file('a/9.txt', 4), file('a/deep/er/x', 8)]);
  expect(outline(tree)).toEqual([
    [
      'a',
      14,
      3,
      [
        ['deep', 8, 1, [['er', 8, 1, [['x', 8, 1]]]]],
        ['9.txt', 4, 1],
        ['10.txt', 2, 1],
      ],
    ],
    ['b.txt', 1, 1],
  ]);
});

test('no files are no tree', () => {
  expect(buildTree([])).toEqual([]);
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testStorageConformance } from '../test/suites/storage-conformance.ts';
import { FolderStorage } from './folder-storage.ts';

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'crunch-folder-'));
});
afterAll(async () => {
  await rm(root, { recursive: true });
});

testStorageConformance(() => new FolderStorage(root));

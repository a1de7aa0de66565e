import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testPublishing } from '../../test/suites/publish-conformance.ts';
import { testTransfers } from '../../test/suites/transfer-conformance.ts';
import { FolderStorage } from '../folder-storage.ts';

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'crunch-folder-'));
});
afterAll(async () => {
  await rm(root, { recursive: true });
});

testTransfers(() => new FolderStorage(root));
testPublishing(() => new FolderStorage(root));

import { tmpdir } from 'node:os';
import type { LeaseNeeds } from '../shared/domain/processing.ts';
import { PROTOCOL_VERSION } from '../shared/domain/protocol.ts';
import { findRefusal } from './find-refusal.ts';

const HOST = { directory: tmpdir(), stages: new Set(['download', 'workflow', 'upload']) };
const NEEDS: LeaseNeeds = {
  protocol: PROTOCOL_VERSION,
  stages: ['download', 'workflow'],
  engine: 'script',
  freeBytes: 1,
};

test('a host that has what a dataset needs takes it', async () => {
  await expect(findRefusal(HOST, NEEDS)).resolves.toBeUndefined();
});

test.each<[string, object, RegExp]>([
  ['another protocol', { protocol: PROTOCOL_VERSION + 1 }, /speaks protocol .*install the server's version/],
  ['a stage that it lacks', { stages: ['download', 'align'] }, /no stage align: start it with --stages FILE/],
  ['an engine of a newer version', { engine: 'nextflow' }, /no engine nextflow: install the server's version/],
  ['more disk than there is', { freeBytes: Number.MAX_SAFE_INTEGER }, /bytes free, the dataset needs/],
])('a host refuses %s in words', async (_, change, words) => {
  await expect(findRefusal(HOST, { ...NEEDS, ...change })).resolves.toMatch(words);
});

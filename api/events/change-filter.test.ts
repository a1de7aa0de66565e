import { isWanted } from './change-filter.ts';

const CHANGES = [{}, { host: 'm3' }, { project: 'p' }, { dataset: 'p:a', project: 'p' }, { dataset: 'p:a' }];

test('who asks for nothing of them wants all', () => {
  expect(CHANGES.filter((change) => isWanted(change, { project: [], dataset: [] }))).toEqual(CHANGES);
});

test('only what is asked for is wanted, but always that anything may have changed', () => {
  const asked = (change: Parameters<typeof isWanted>[0]) => isWanted(change, { project: ['p'], dataset: ['q:a'] });
  const wanted = [{}, { project: 'p' }, { dataset: 'p:a' }, { dataset: 'q:a', project: 'q' }];
  const others = [{ host: 'm3' }, { project: 'q' }, { dataset: 'q:b', project: 'q' }];
  expect([wanted.map(asked), others.map(asked)]).toEqual([wanted.map(() => true), others.map(() => false)]);
});

import { filterChange } from './change-filter.ts';

const ALL = { project: [], dataset: [] };
const EVERYBODY = { projects: undefined };
const LIMITED = { projects: ['p'] };

test.each([{}, { host: 'm3' }, { project: 'p' }, { dataset: 'p:a', project: 'p' }, { dataset: 'p:a' }])(
  'whoever sees all is told of %j',
  (change) => {
    expect(filterChange(change, EVERYBODY, ALL)).toEqual(change);
    expect(filterChange(change, LIMITED, ALL)).toEqual(change);
  },
);

test.each([{ project: 'q' }, { dataset: 'q:a', project: 'q' }, { dataset: 'q:a' }])(
  'a limited caller is not told of %j',
  (change) => {
    expect(filterChange(change, LIMITED, ALL)).toBeUndefined();
    expect(filterChange({ ...change, host: 'm3' }, LIMITED, ALL)).toEqual({ host: 'm3' });
  },
);

test('only what is asked for is told, but always that anything may have changed', () => {
  const told = (change: Parameters<typeof filterChange>[0]) =>
    filterChange(change, EVERYBODY, { project: ['p'], dataset: ['q:a'] }) !== undefined;
  const wanted = [{}, { project: 'p' }, { dataset: 'p:a' }, { dataset: 'q:a', project: 'q' }];
  const others = [{ host: 'm3' }, { project: 'q' }, { dataset: 'q:b', project: 'q' }];
  expect([wanted.map(told), others.map(told)]).toEqual([wanted.map(() => true), others.map(() => false)]);
});

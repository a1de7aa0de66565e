import { EMPTY_PROJECT, engineOf, projectFaults, readProject, readProjectChange } from './project-input.ts';

test('a text makes a project with the engine that it looks made for', () => {
  const input = { ...EMPTY_PROJECT, name: 'Penguins', text: '#!/bin/sh\n', fileName: 'run' };
  expect(projectFaults(input)).toEqual({});
  expect(readProject(input)).toMatchObject({
    name: 'Penguins',
    engine: 'script',
    workflow: { kind: 'text', text: '#!/bin/sh\n', fileName: 'run' },
  });
});

test('an address is read by its path, and the engine that was chosen counts more', () => {
  const input = { ...EMPTY_PROJECT, source: 'url' as const, url: 'https://example.org/run.sh?raw=1' };
  expect(engineOf(input)).toBe('script');
  expect(engineOf({ ...input, engine: 'snakemake' })).toBe('snakemake');
});

test('a project without a workflow is one', () => {
  const { workflow, engine, name } = readProject({ ...EMPTY_PROJECT, name: 'Later', source: 'none' });
  expect({ workflow, engine, name }).toEqual({ name: 'Later' });
});

test('faults stand at the fields of the form', () => {
  expect(projectFaults(EMPTY_PROJECT)).toMatchObject({ name: 'must not be empty', text: expect.any(String) });
  const input = { ...EMPTY_PROJECT, name: 'a', text: 'x', fileName: '../x' };
  expect(Object.keys(projectFaults(input))).toEqual(['fileName']);
  expect(Object.keys(projectFaults({ ...EMPTY_PROJECT, name: 'a', source: 'url', url: 'ftp://x' }))).toEqual(['url']);
});

test('nobody guesses the engine of no workflow', () => {
  expect(engineOf({ ...EMPTY_PROJECT, text: ' \n' })).toBeUndefined();
  expect(engineOf({ ...EMPTY_PROJECT, source: 'url' })).toBeUndefined();
});

test('a change holds only what is another', () => {
  const before = { ...EMPTY_PROJECT, name: 'Penguins', text: '#!/bin/sh\n', parameters: [{ key: 'a', value: '1' }] };
  expect(readProjectChange(before, { ...before, pool: 'gpu', parameters: [] })).toEqual({
    pool: 'gpu',
    parameters: {},
  });
  expect(readProjectChange({ ...before, maxRunning: '3' }, { ...before, text: '#!/bin/sh\nx' })).toEqual({
    workflow: { kind: 'text', text: '#!/bin/sh\nx' },
    maxRunning: null,
  });
});

import { EMPTY_PROJECT, engineOf, projectFaults, readProject } from './project-input.ts';

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
  expect(readProject({ ...EMPTY_PROJECT, name: 'Later', source: 'none' })).toEqual({ name: 'Later', description: '' });
});

test('faults stand at the fields of the form', () => {
  expect(projectFaults(EMPTY_PROJECT)).toMatchObject({ name: 'must not be empty', text: expect.any(String) });
  const input = { ...EMPTY_PROJECT, name: 'a', text: 'x', fileName: '../x' };
  expect(Object.keys(projectFaults(input))).toEqual(['fileName']);
  expect(Object.keys(projectFaults({ ...EMPTY_PROJECT, name: 'a', source: 'url', url: 'ftp://x' }))).toEqual(['url']);
});

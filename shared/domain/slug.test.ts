import { childSlug, defaultBasePath, ownSlug, projectSlugOf, slugify, workspaceName } from './slug.ts';

test.each([
  ['My Project', 'my-project'],
  ['  Île de  Ré -- 2024 ', 'ile-de-re-2024'],
  ['snake_case & (brackets)', 'snake_case-brackets'],
  ['_-edge-_', 'edge'],
  ['東京', ''],
])('the slug of %j is %j', (name, slug) => {
  expect(slugify(name)).toBe(slug);
});

test('slugs of children, workspaces and base paths follow from the parents', () => {
  expect(childSlug('penguins', 'Torgersen Island')).toBe('penguins:torgersen-island');
  expect(ownSlug('penguins:torgersen:adult')).toBe('adult');
  expect(projectSlugOf('penguins:torgersen:adult')).toBe('penguins');
  expect(projectSlugOf('penguins')).toBe('penguins');
  expect(workspaceName('penguins:torgersen')).toBe('penguins--torgersen');
  expect(defaultBasePath('penguins', 'penguins:torgersen')).toBe('crunch/penguins/torgersen');
});

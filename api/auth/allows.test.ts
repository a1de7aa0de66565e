import { allows } from './allows.ts';

test.each([
  ['read', ['read']],
  ['edit', ['read', 'edit']],
  ['operate', ['read', 'edit', 'operate']],
  ['host', ['read', 'host']],
  ['admin', ['read', 'edit', 'operate', 'host', 'admin']],
] as const)('a token of the scope %s may do what needs %j, and nothing else', (held, allowed) => {
  const scopes = ['read', 'edit', 'operate', 'host', 'admin'] as const;
  expect(scopes.filter((needed) => allows(held, needed))).toEqual(allowed);
});

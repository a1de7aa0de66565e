import { SCOPES } from '../../shared/contract/endpoint.ts';
import { allows, covers } from './allows.ts';

const NEEDS = [...SCOPES, 'queue', 'account'] as const;

test.each([
  ['read', ['read']],
  ['edit', ['read', 'edit']],
  ['operate', ['read', 'edit', 'operate', 'queue']],
  ['host', ['read', 'host', 'queue']],
  ['admin', ['read', 'edit', 'operate', 'host', 'admin', 'queue', 'account']],
] as const)('a token of the scope %s may do what needs %j, and nothing else', (scope, allowed) => {
  expect(NEEDS.filter((needed) => allows({ kind: 'token', scope }, needed))).toEqual(allowed);
  const own = NEEDS.filter((needed) => needed === 'account' || allowed.some((it) => it === needed));
  expect(NEEDS.filter((needed) => allows({ kind: 'person', scope }, needed))).toEqual(own);
});

test.each([
  ['read', ['read']],
  ['edit', ['read', 'edit']],
  ['operate', ['read', 'edit', 'operate']],
  ['host', ['read', 'host']],
  ['admin', ['read', 'edit', 'operate', 'host', 'admin']],
] as const)('the scope %s covers %j', (held, covered) => {
  expect(SCOPES.filter((scope) => covers(held, scope))).toEqual(covered);
});

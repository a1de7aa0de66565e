import { SCOPES } from '../../shared/contract/endpoint.ts';
import { covers } from './covers.ts';

test.each([
  ['read', ['read']],
  ['edit', ['read', 'edit']],
  ['operate', ['read', 'edit', 'operate']],
  ['host', ['read', 'host']],
  ['admin', ['read', 'edit', 'operate', 'host', 'admin']],
] as const)('the scope %s covers %j', (held, covered) => {
  expect(SCOPES.filter((scope) => covers(held, scope))).toEqual(covered);
});

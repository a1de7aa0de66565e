import type { Need, Scope } from '../../shared/contract/endpoint.ts';
import type { Caller } from './caller.ts';

const ALLOWED: Record<Scope, readonly Need[]> = {
  read: ['read'],
  edit: ['read', 'edit'],
  operate: ['read', 'edit', 'operate', 'queue'],
  host: ['read', 'host', 'queue'],
  admin: ['read', 'edit', 'operate', 'host', 'queue', 'account', 'admin'],
};

/** Whether a caller may do what needs `needed`. */
export function allows({ kind, scope }: Pick<Caller, 'kind' | 'scope'>, needed: Need): boolean {
  return ALLOWED[scope].includes(needed) || (needed === 'account' && kind === 'person');
}

/** Whether the scope `held` allows all that the scope `other` does. */
export function covers(held: Scope, other: Scope): boolean {
  return ALLOWED[other].every((need) => ALLOWED[held].includes(need));
}

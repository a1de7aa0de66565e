import type { Need, Scope } from '../../shared/contract/endpoint.ts';

const ALLOWED: Record<Scope, readonly Need[]> = {
  read: ['read'],
  edit: ['read', 'edit'],
  operate: ['read', 'edit', 'operate', 'queue'],
  host: ['read', 'host', 'queue'],
  admin: ['read', 'edit', 'operate', 'host', 'queue', 'admin'],
};

/** Whether a token of the scope `held` may do what needs the scope `needed`. */
export function allows(held: Scope, needed: Need): boolean {
  return ALLOWED[held].includes(needed);
}

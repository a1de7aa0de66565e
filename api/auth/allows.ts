import type { Scope } from '../../shared/contract/endpoint.ts';

const ALLOWED: Record<Scope, readonly Scope[]> = {
  read: ['read'],
  edit: ['read', 'edit'],
  operate: ['read', 'edit', 'operate'],
  host: ['read', 'host'],
  admin: ['read', 'edit', 'operate', 'host', 'admin'],
};

/** Whether a token of the scope `held` may do what needs the scope `needed`. */
export function allows(held: Scope, needed: Scope): boolean {
  return ALLOWED[held].includes(needed);
}

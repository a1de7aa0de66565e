import type { Scope } from '../../shared/contract/endpoint.ts';

const COVERED: Record<Scope, readonly Scope[]> = {
  read: ['read'],
  edit: ['read', 'edit'],
  operate: ['read', 'edit', 'operate'],
  host: ['read', 'host'],
  admin: ['read', 'edit', 'operate', 'host', 'admin'],
};

/** Whether the scope `held` allows all that the scope `other` does. */
export function covers(held: Scope, other: Scope): boolean {
  return COVERED[held].includes(other);
}

import type { PersonRecord } from '../../catalog/people.ts';
import type { Person } from '../../shared/contract/people.ts';

export function presentPerson({ createdAt, ...person }: PersonRecord): Person {
  return { ...person, createdAt: createdAt.toISOString() };
}

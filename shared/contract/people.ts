import { z } from 'zod';
import { PERSON_ROLES } from '../domain/person-role.ts';
import { Name, PageQuery, pageOf, Timestamp } from './common.ts';
import type { Endpoint } from './endpoint.ts';

/** What a person is on this server; what they are in a project is their membership's. */
export const PersonRole = z.enum(PERSON_ROLES);

export const Email = z.string().trim().toLowerCase().pipe(z.email().max(254)).meta({ example: 'ada@example.org' });

/** As somebody types it to sign in. */
export const Password = z.string().min(1).max(256).meta({ example: 'amber-harbour-41-candle' });

/** A password to be: ones that are easy to guess are refused besides. */
export const NewPassword = Password.min(12, 'must have at least 12 characters').meta({
  example: 'amber-harbour-41-candle',
});

export const Person = z.object({
  id: z.uuid(),
  email: z.string(),
  name: z.string(),
  role: PersonRole,
  createdAt: Timestamp,
});
export type Person = z.infer<typeof Person>;

export const NewPerson = z.strictObject({
  email: Email,
  name: Name,
  role: PersonRole.default('member'),
  password: NewPassword,
});

export const PersonChange = z.strictObject({
  name: Name.optional(),
  role: PersonRole.optional(),
  password: NewPassword.optional(),
});

const PersonParams = z.object({ id: z.uuid() });

export const peopleEndpoints = {
  listPeople: {
    method: 'get',
    path: '/people',
    summary: 'Who may sign in, by e-mail address',
    scope: 'admin',
    needs: { be: 'admin' },
    query: PageQuery.extend({ email: Email.optional() }),
    response: pageOf(Person),
  },
  createPerson: {
    method: 'post',
    path: '/people',
    summary: 'Make an account for somebody',
    scope: 'admin',
    needs: { be: 'admin' },
    body: NewPerson,
    response: Person,
    status: 201,
  },
  changePerson: {
    method: 'patch',
    path: '/people/{id}',
    summary: 'Change an account; another password or role signs the person out everywhere',
    scope: 'admin',
    needs: { be: 'admin' },
    params: PersonParams,
    body: PersonChange,
    response: Person,
  },
  removePerson: {
    method: 'delete',
    path: '/people/{id}',
    summary: 'Remove an account with its sessions and tokens; refused for the only admin',
    scope: 'admin',
    needs: { be: 'admin' },
    params: PersonParams,
  },
} as const satisfies Record<string, Endpoint>;

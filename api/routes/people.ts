import { changePerson, createPerson, getPerson, listPeople, removePerson } from '../../catalog/people.ts';
import type { peopleEndpoints } from '../../shared/contract/people.ts';
import { assertHardToGuess } from '../auth/password-policy.ts';
import { hashPassword } from '../auth/passwords.ts';
import type { HandlersOf } from '../handler.ts';
import { presentPage } from '../presenters/present-page.ts';
import { presentPerson } from '../presenters/present-person.ts';

export const peopleHandlers: HandlersOf<typeof peopleEndpoints> = {
  async listPeople({ catalog }, { query }) {
    return presentPage(await listPeople(catalog, query), presentPerson);
  },

  async createPerson({ catalog }, { body: { password, ...person }, caller }) {
    await assertHardToGuess(password, [person.email, person.name], 'password');
    return presentPerson(
      await createPerson(catalog, { ...person, passwordHash: await hashPassword(password) }, caller),
    );
  },

  async changePerson({ catalog }, { params: { id }, body: { password, ...change }, caller }) {
    if (password === undefined) return presentPerson(await changePerson(catalog, id, change, caller));
    const { email, name } = await getPerson(catalog, id);
    await assertHardToGuess(password, [email, name], 'password');
    const passwordHash = await hashPassword(password);
    return presentPerson(await changePerson(catalog, id, { ...change, passwordHash }, caller));
  },

  async removePerson({ catalog }, { params, caller }) {
    return removePerson(catalog, params.id, caller);
  },
};

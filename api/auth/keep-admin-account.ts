import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Catalog } from '../../catalog/open-catalog.ts';
import { createPerson, hasNobody } from '../../catalog/people.ts';
import { writePrivateFile } from '../../platform/write-private-file.ts';
import { hashPassword } from './passwords.ts';

/** The first account of a server. */
export interface AdminAccount {
  email: string;
  /** Only at the start at which the account was made. */
  password?: string;
}

const EMAIL = 'admin@crunch.local';

/** Without characters that look alike. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 4;
const GROUP_LENGTH = 5;

/**
 * Makes the account of the person who runs a server, unless anybody has one, and keeps its first password in `file`,
 * readable to the owner only. The password is written down first, so that a start which was cut short is made good.
 */
export async function keepAdminAccount(catalog: Catalog, file: string): Promise<AdminAccount> {
  if (!(await hasNobody(catalog))) return { email: EMAIL };
  const password = (await readFile(file, 'utf8').catch(() => '')).trim() || makePassword();
  await writePrivateFile(file, `${password}\n`);
  const passwordHash = await hashPassword(password);
  await createPerson(catalog, { email: EMAIL, name: 'admin', role: 'admin', passwordHash }, { name: 'crunch up' });
  return { email: EMAIL, password };
}

/** 99 bits, in groups that can be copied by hand. */
function makePassword(): string {
  const makeGroup = () => Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return Array.from({ length: GROUPS }, makeGroup).join('-');
}

import { hash, verify } from '@node-rs/argon2';
import { verifyPassword as verifyScrypt } from 'better-auth/crypto';

/** Argon2id, which is this library's default, with the least memory (KiB) and passes that OWASP recommends. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const ARGON2ID = '$argon2id$';

/** The hash of a password, with a salt and the costs in it. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

/** Whether a password has that hash, be it of today or one that scrypt left. */
export function verifyPassword({ hash: known, password }: { hash: string; password: string }): Promise<boolean> {
  return isOutdated(known) ? verifyScrypt({ hash: known, password }) : verify(known, password);
}

/** Whether a hash is to be replaced when its password is known again. */
export function isOutdated(known: string): boolean {
  return !known.startsWith(ARGON2ID);
}
